"""A class: tasks, questions, the board of everybody's runs, lessons."""
