"""The wire: pushing what was sealed, pulling what the server says. No Qt, no threads."""
