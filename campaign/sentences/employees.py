"""What is said of employees who sign without being named."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

REFUSALS: dict[str, Any] = {
    "employees_not_offered": lazy("This letter is not signed by employees on this site, or not any more."),
    "employees_not_on": lazy("Employees cannot sign this letter yet. An owner switches it on under “Employees” first."),
    "employees_over": lazy(
        "The key of this letter's employees is destroyed, or the letter has ended. Those who signed stay counted, and "
        "nobody can sign as an employee any more."
    ),
    "employees_cannot_be_asked": lazy(
        "Employees sign this letter, and nobody can ask them about a new text. Correct the text, or put a status note "
        "above it."
    ),
    "too_many_guesses": lazy("Too many codes were tried that do not exist. Wait an hour, then try again."),
    "too_many_waiting": lazy("Too many codes were asked for today. Try again tomorrow, or sign in another way."),
    "not_a_work_address": lazy("Enter an address of the company's own, on %(domains)s."),
    "needs_mail_domains": lazy("Enter the domains on which the company's employees have their addresses."),
    "not_a_company_domain": lazy("%(domain)s is not a domain of one company. Enter one like example.com."),
    "work_mail_not_ready": lazy(
        "Whoever runs this site has to set a relay and a sender of their own for work mail first; `undersigned doctor` "
        "says what is missing."
    ),
}
