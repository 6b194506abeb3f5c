"""The pages of administrators: people and roles, units, keys, health, the ledger."""
