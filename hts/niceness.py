"""How much nicer processes of ours are than pages and other people's work, which go first."""

WORKER = 10
GROUP = 5  # and with a group of a sweep more, unless somebody watches this sweep: in a terminal

READER = 5  # a process that reads a file which somebody gave to a page
