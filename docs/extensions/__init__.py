"""What the manual needs beside Sphinx, a file each."""
