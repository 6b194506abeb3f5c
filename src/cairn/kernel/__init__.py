"""The foundation of the rooms: institutions, actors, permissions, ledger, jobs, state tables."""
