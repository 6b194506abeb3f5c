"""The command line: a door that needs no server and no Django."""
