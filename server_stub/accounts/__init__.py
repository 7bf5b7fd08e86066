"""Who may sign in, from which devices, for how long. Parties and persons are the domain's; secrets are kept here."""
