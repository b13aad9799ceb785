"""One module per command: ``arguments(parser)`` says what it takes, ``run(options)`` does it."""
