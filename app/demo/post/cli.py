"""The process `kiss post`, started by `kiss demo`."""

import click

from app.demo.record import data_folder


@click.command("post", hidden=True)
@click.option("--smtp-port", type=int, required=True)
@click.option("--port", type=int, required=True)
def post(smtp_port: int, port: int) -> None:
    """De postbus van de demo: neemt mail aan en toont die op http://post.localhost:PORT."""
    from app.demo.post.server import run  # aiosmtpd is installed for the demo only

    run(data_folder() / "post", smtp_port=smtp_port, port=port)
