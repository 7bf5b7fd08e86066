"""A whole made-up network on this machine: its server, its data, and the main job played on its counter."""
