"""The wiring of a server: settings, addresses, and the entry points of gunicorn and Celery."""
