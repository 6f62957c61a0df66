"""Study groups: places, people, members, settings, set-up and permissions."""
