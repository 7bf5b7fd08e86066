"""The client program: bootstrap, command line, sign-in and main window. Only here are the parts wired together."""
