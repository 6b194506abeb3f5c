"""Personal data: what each room keeps about people, why, and how it is erased."""
