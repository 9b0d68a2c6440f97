"""What one municipality sees. One folder per noun; every route is listed in app/main.py."""
