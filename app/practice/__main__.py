from app.practice.cli import practice

practice()
