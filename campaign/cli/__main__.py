"""`python -m campaign.cli` is the command `undersigned`."""

from campaign.cli import main

main(prog_name="undersigned")
