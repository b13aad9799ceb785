"""Who is who and who may do what, where several people share one store; torch-free."""
