"""The mail sink of the demo: takes every mail, shows it on http://post.localhost:<port>, sends nothing on."""
