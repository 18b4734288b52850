"""Letters and lists to print: plain builders, with names of many scripts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from campaign.exports import snapshot
from campaign.exports.source import (
    Addressee,
    Counts,
    Document,
    LetterText,
    Purpose,
    Section,
    Signer,
    Source,
    Statement,
)
from campaign.lib import markup
from campaign.lib.names import index_letter

TIME = datetime(2018, 6, 18, 17, 0, 0, tzinfo=UTC)

BODY = """\
We write as organizations that defend the rights of the people your company serves. Records released to us this spring
show that Amazon has been selling a face recognition service to police departments, and that its own staff helped them
set it up.[^records]

People should be free to walk down the street without being watched by the government. Face recognition gives it the
power to track *everyone*, at every march, every clinic and every place of worship. Communities that are already
over-policed and under siege would bear the worst of it.[^error]

## What the records show

- An agreement with the **City of Orlando** covers live video from cameras across the city.[^records]
- Washington County built a database of 300,000 booking photographs and an app for its deputies.
- The company's own guide recommends the service to identify "people of interest" in crowds.

> Once a dangerous surveillance system like this is turned on people, the harm cannot be undone.

Your company has said that it opposes secret government surveillance. Its product should say the same.

[^records]: Records of the City of Orlando and of Washington County, obtained under public records laws; documents 1
    and 2 of the annex.
[^error]: Error rates for darker-skinned women reached 34.7 percent in a published study of three commercial systems.
"""

ORGANIZATIONS = """Access Commons|Allied Librarians’ Network|Asian Americans for Open Records|Bay Tenants’ Union
Center for Accountable Machines|Center for Media and Democracy Watch|Civil Liberties Forum of the North
Coalition for Open Courts|Color of Fairness|Constitution Watch Alliance|Council on American Civic Relations
Data for Neighbours|Demand Progressive Cities|Digital Rights Kollektiv|Electronic Frontier Guild
Faith Leaders for Fair Policing|Freedom of the Press Trust|Freedom to Walk|Global Encryption Society
Government Information Watchers|Human Dignity Watch|Immigrant Families Together|Justice in Code
Law Clinic, Westmoor University|Lawyers’ Committee for Equal Streets|Legal Aid of the Valley|Media Mobilization Fund
Migrant Rights Alliance|MoveForward|Muslim Justice Circle|National Association of Defence Investigators
National Immigration Law Desk|Neighbours Against Surveillance|New America’s Open Policy Desk|Press Freedom League
Privacy Today|Public Defenders’ Assembly|Racial Equity Now|Society of Independent Researchers
Students for Civil Rights|Teachers’ Federation, Region 4""".replace("\n", "|").split("|")

FIRST = [
    "Ada",
    "Zoë",
    "Katarzyna",
    "Mateo",
    "Bettina",
    "Rosa",
    "Leila",
    "Giulia",
    "Chidi",
    "Ursula",
    "Seong-ho",
    "Nomvula",
    "Joon",
    "Dana",
    "Véronique",
    "Oskar",
]
LAST = [
    "Abara",
    "Bauer",
    "Castillo",
    "Dubois",
    "Eriksen",
    "Farrokhzad",
    "Gonçalves",
    "Haddad",
    "Ito",
    "Jansen",
    "Kovács",
    "Lindqvist",
    "Moreau",
    "Nakamura",
    "Okonkwo",
    "Petrović",
    "Quist",
    "Rahman",
    "Szymańska",
    "Tanaka",
    "Ueda",
    "Vögele",
    "Wójcik",
    "Xu",
    "Yılmaz",
    "Zúñiga",
]
MIXED = [
    "محمد بن سلمان",
    "فاطمة الزهراء",
    "נועה לוי",
    "אברהם כהן",
    "अनन्या शर्मा",
    "রবীন্দ্রনাথ ঠাকুর",
    "கமலா தேவி",
    "สมชาย ใจดี",
    "Արամ Խաչատրյան",
    "ნინო ბერიძე",
    "አበበ ቢቂላ",
    "山田 太郎",
    "王小明",
    "김민준",
    "Ελένη Παπαδοπούλου",
    "Анна Ковалёва",
    "Nguyễn Thị Hồng Nhung",
    "Ọláìyá Fágbèmí",
    "Þórður Æsirsson",
    "علی رضا‌زاده",
]
AFFILIATIONS = [
    ("", ""),
    ("Professor of Law", "Westmoor University"),
    ("Nurse", ""),
    ("", "جامعة القاهرة"),
    ("Software engineer", ""),
    ("Senior Lecturer", "Institute of Technology Halden"),
    ("Retired teacher", ""),
    ("Journalist", "The Daily Record"),
]


LETTER: dict[str, Any] = {
    "slug": "rekognition-2018-coalition",
    "title": "Stop selling face recognition to governments",
    "kind": "coalition",
    "campaign": "Coalition for Open Courts",
    "language": "en",
    "direction": "ltr",
    "dated_on": date(2018, 5, 22),
    "place": "Seattle",
    "targets": ("Amazon.com, Inc.",),
    "addressees": (
        Addressee(
            name="Jeffrey P. Bezos",
            title="Founder and Chief Executive Officer",
            postal=("Amazon.com, Inc.", "Seattle, WA"),
        ),
    ),
    "copies": (Addressee(name="Board of Directors", postal=("Amazon.com, Inc.",)),),
    "salutation": "Dear Mr. Bezos,",
    "body": markup.parse(BODY),
    "demands_intro": "We ask you to:",
    "demands": (
        "stop offering face recognition to any government agency;",
        "end the agreements with Orlando and Washington County that are named in the records; and",
        "publish the name of every agency that has tried the service.",
    ),
    "closing": "We look forward to your answer by 20 June 2018.",
    "initial": (
        Signer(name="Katarzyna Eriksen", title="Professor of Law", affiliation="Westmoor University"),
        Signer(name="Mateo Ueda", title="Senior Lecturer", affiliation="Institute of Technology Halden"),
    ),
    "evidence": (
        Document(
            number=1,
            title="Agreement with the City of Orlando",
            source="City of Orlando, public records",
            obtained_on=date(2018, 4, 3),
            url="https://www.example.org/records/orlando/agreement-2017-12-15.pdf",
            sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
        Document(number=2, title="Mail between Washington County and the company", source="Washington County"),
    ),
    "notice": "",
}


def letter(**changes: Any) -> LetterText:
    """The coalition letter, with whatever is given instead."""
    return LetterText(**(LETTER | changes))


def organizations(count: int) -> Iterator[dict[str, Any]]:
    """Records of organizations in order, repeated with a number where more are asked for."""
    names = ORGANIZATIONS[:count] + [f"Chapter {n} of Access Commons" for n in range(len(ORGANIZATIONS), count)]
    for name in sorted(names):
        yield {"kind": "organization", "name": name, "title": "", "affiliation": "", "country": "US"}


def people(count: int, mixed: bool = False) -> Iterator[dict[str, Any]]:
    """Records of people in order of their index letter."""
    made = []
    for number in range(count):
        name = f"{FIRST[number % 16]} {LAST[number * 7 % 26]}" + (f" {number // 416}" if number >= 416 else "")
        if mixed and number % 3 == 0:
            name = MIXED[number // 3 % len(MIXED)]
        title, affiliation = AFFILIATIONS[number * 5 % len(AFFILIATIONS)]
        country = ("GB", "", "DE", "EG")[number % 4]
        made.append({"kind": "person", "name": name, "title": title, "affiliation": affiliation, "country": country})
    return iter(sorted(made, key=lambda record: (index_letter(record["name"]) == "*", record["name"])))


def signers(names: list[str]) -> list[dict[str, Any]]:
    """People of whom nothing but the name is known."""
    return [{"kind": "person", "name": name, "title": "", "affiliation": "", "country": ""} for name in names]


def sections(named: list[dict[str, Any]]) -> tuple[Section, ...]:
    """The outline of records that all accepted the printed text."""
    outline = snapshot.Outline()
    for line in named:
        outline.add(line["kind"], 1, index_letter(line["name"]), line["country"])
    return tuple(Section(kind=run.kind, letters=run.letters, countries=run.countries) for run in outline.runs())


def counts(lines: list[dict[str, Any]]) -> Counts:
    """What the letter's page would say of these records."""
    kinds = [line["kind"] for line in lines]
    withheld = sum(1 for line in lines if line.get("withheld"))
    return Counts(people=kinds.count("person"), private=withheld, organizations=kinds.count("organization"))


def world(
    folder: Path, named: list[dict[str, Any]], *, withheld: int = 0, purpose: Purpose = Purpose.DELIVERY, **changes: Any
) -> Source:
    """A source over a snapshot written to `folder`; `changes` are those of the letter."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / snapshot.FILE_NAME
    lines: list[dict[str, Any]] = named + [{"kind": "person", "withheld": True}] * withheld
    if purpose is not Purpose.INTERNAL:
        lines = [{"seq": number} | line for number, line in enumerate(lines, 1)]
    written = snapshot.write(path, lines)
    known = counts(lines)
    statement = Statement(
        version=1,
        edition=2,
        time=TIME,
        citation=f"{known.organizations} organizations and {known.people} people, second edition, 18 June 2018",
        counts=known,
        purpose=purpose,
        order="organizations, then people, each by name",
        filter="public signatures",
        list_digest=written.digest,
        named=written.named,
        withheld=written.withheld,
        tools={"undersigned": "0.1.0", "typst": "0.15.2", "pikepdf": "10.17.0"},
    )
    return Source(letter=letter(**changes), statement=statement, sections=sections(named), snapshot=path)
