"""The door for people: server-rendered pages, one folder for each audience.

A view reads input, calls one service, chooses a page. Every page works without scripts; scripts make
it quicker. What several audiences share stands in this package itself: the shell, the forms, the
components, sign-in.
"""
