"""What the seeded world is made of: invented names in many scripts, invented bodies, one invented company.

Nobody here exists. Every domain ends in `.example` or is example.org, .com or .net (RFC 2606), so no mail can arrive.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class People:
    """Given and family names of one part of the world; `weight` of a hundred people bear them."""

    weight: int
    given: tuple[str, ...]
    family: tuple[str, ...]
    countries: tuple[str, ...]
    join: str = " "
    family_first: bool = False


def _people(
    weight: int, given: str, family: str, countries: str, join: str = " ", family_first: bool = False
) -> People:
    return People(weight, tuple(given.split()), tuple(family.split()), tuple(countries.split()), join, family_first)


PEOPLE = (
    _people(
        34,
        "Ada Alma Amos Anwen Asa Beatrix Bram Briony Cade Cleo Corin Daphne Delia Edwin Elsie Enid Ezra "
        "Faye Felix "
        "Flora Gideon Greta Hattie Hollis Ida Imogen Ivo Jory Judith Kit Lenora Linus Lorna Mabel "
        "Magnus Marit Merle "
        "Nell Noor Odette Orson Otis Pearl Percy Petra Quentin Ralph Rhoda Rowan Rufus Selma Silas "
        "Sybil Tabitha "
        "Thora Una Verity Wilfred Winifred Xanthe Yvette Zelda",
        "Abernant Ashgrove Barrowby Bellweather Birkhall Blackmere Brackley Bramwell Brightwater "
        "Calderbank Coldwell "
        "Copperfen Crosswick Dalewright Drummore Dunmarsh Eastlake Elderfield Fairbrook Fenwright "
        "Foxcroft Garroway "
        "Glasswell Goldacre Greenhalgh Halloway Harrowgate Hazelden Heatherton Holmewood Inglebrook Kettlewell "
        "Kingsmere Larkspur Linwood Lockhaven Marchbanks Marshgate Merriweather Millbrand Netherby "
        "Oakhurst O'Farrow "
        "Oldcroft Penhallow Quillfeather Ravensdale Redfearn Rosethorn Saltmarsh Silverlock Stonebridge "
        "Summerhay "
        "Thistlewood Thornbury Underhill Vanterpool Wakefern Westerdale Whitlock Windermoor Wychwood Yarrowby",
        "GB US US US IE CA AU NZ",
    ),
    _people(
        14,
        "Álvaro Amparo Begoña Belén Clàudia Dulce Elías Esperança Fermín Gonçalo Inês Íñigo João "
        "Joaquín Lúcia Macarena "
        "Nuño Olivério Pilar Rocío Simão Teófilo Úrsula Vinícius Ximena Yolanda",
        "Alcornoque Barranquilla Campoverde Castañeda-Ruano Da-Ribeira Encinares Figueiral Granadilla Hormigón "
        "Jardiel Lourençal Madrugal Noval-Peña Olivença Pedregosa Quintãos Rioseco Sobreiral Tamborim "
        "Valdeolmos Zarzal",
        "ES PT BR MX AR CO CL",
    ),
    _people(
        10,
        "Adèle Bastien Benoîte Clémence Désirée Éloi Fürchtegott Gaël Gisèle Günther Hélène Irène Jörg "
        "Käthe Loïc Maëlle "
        "Noël Ottilie Régine Sören Théodora Uwe Yaël Zoë",
        "Ackerfeld Beauvoisin Bergström Blütenhain Châtelneuf Desvallées Düsterwald Eschenbrück "
        "Føllesdal Grønvang "
        "Hôtelier Königshof Lindgård Mühlental Noirefontaine Østerbro Prévoyant Rübenkamp Schönfließ "
        "Tønnesvik Weißenau",
        "FR DE CH BE SE NO DK AT",
    ),
    _people(
        8,
        "Agnieszka Bořivoj Çağla Dušana Eğilmez Gábor Hvězdoslava Iñaki Jarosław Katalin Łucja Miloš "
        "Nevenka Ödön Přemysl "
        "Răzvan Şebnem Tünde Ušar Włodzimierz Zdeňka",
        "Bąkowiec Čapková Dębnicki Erdőhegyi Ferenčík Górecznik Havraní Işıkvadi Jabłonowicz Křepelka "
        "Łąkowicz Měsíček "
        "Nagyfalvi Öztaşkın Płocharz Řezbář Şahinkaya Țărmureanu Vršacký Żurawik",
        "PL CZ HU RO TR HR SK",
    ),
    _people(
        5,
        "Alinta Bảo Chidera Đức Efua Folasade Hằng Kofi Lerato Makoa Naledi Ngozi Oluchi Phương Rangi "
        "Sefa Thandiwe Tuyết "
        "Wanjiru Yaw",
        "Adébáyọ̀-Ọlá Baobabwe Chikumbutso Đặng-Lâm Eketahuna Fáwọlé Hoàng-Sơn Kgalagadi Lêvân Moanaroa "
        "Ndlovukazi Nguyễnhà "
        "Onwubiko Phạmthu Rotorangi Sikhulume Trầnviệt Umutoni Vũhải Wairimunu",
        "NG GH KE ZA VN NZ TZ",
    ),
    _people(
        7,
        "Аглая Богдан Весна Глеб Дарина Емельян Злата Игнат Кира Лука Милан Нина Оксана Прохор Руслана "
        "Савва Тарас Ульяна "
        "Федот Юна",
        "Берёзкин Вишневецкая Голубь Дубровский Жаворонок Заречный Ивушкина Калиненко Лесовий Мельничук "
        "Небесная Озёрный "
        "Полевик Речная Садовничий Тополенко Усадьбин Хлеборобенко Яблочкина",
        "UA RS BG KZ",
    ),
    _people(
        3,
        "Αγλαΐα Βίκτωρ Γαρυφαλλιά Δανάη Ελπίδα Ζήσης Ηλέκτρα Θάνος Ίρις Κλεάνθης Λεύκη Μυρτώ",
        "Αμπελόκηπος Βουνάκης Γαλανόπετρα Δασόφυλλος Ελαιώνης Θαλασσινού Κυπαρίσσης Λιμνιός Μελισσάνη Πευκάκης",
        "GR CY",
    ),
    _people(
        5,
        "أروى بدر تالة ثامر جنى حازم رغد زياد سلاف شهاب طيف عمار غيث فرح قصي ليان مازن نورس هالة يمان",
        "البستاني التلال الجدول الحقلي الريحان الزيتوني السنديان الشاطئ الصفصاف العنبري الفراتي الكرمي "
        "المرجاني النخيل الوادي",
        "EG JO MA LB TN",
    ),
    _people(
        2, "אביגיל ברק גפן דרור הדס זיו טל יערה כרמל לירז", "אלונית ברושי גלבועני דקלאי הרדופי כלניתי נרקיסי תמרי", "IL"
    ),
    _people(
        3,
        "अनन्या ईशान कावेरी चारु जिगर तेजस दिव्या नीरज पल्लवी मंजरी रोहिणी वरुण",
        "अमलतासी कदंबवाला गुलमोहरी चंदनिया जामुनी तालाबी नीलकमल पर्वतिया बादली सागरिका",
        "IN NP",
    ),
    _people(1, "அருவி கயல் செழியன் தேன்மொழி நிலா பூங்கொடி மகிழன் யாழினி", "ஆற்றங்கரை கடலோரன் மலைநாடன் வயல்வெளி", "IN LK"),
    _people(1, "অনির্বাণ ঝর্ণা তমাল পিয়ালি মেঘনা শিউলি", "কদমতলী নদীয়াল পাহাড়ী বকুলবাগান", "BD IN"),
    _people(1, "กนก ชลธี ดารา นภา ปลายฟ้า มะลิ", "ดอกไม้ป่า ทุ่งทอง ภูผาแดง ริมธารา", "TH"),
    _people(1, "აია ბექა გვანცა დათა ელენე ვაჟა", "ვენახიშვილი მთაწმინდელი ტყისპირელი წყაროზე", "GE"),
    _people(1, "Արեգ Գայանե Լուսիկ Նարեկ Շուշան Վահե", "Այգեստանյան Լեռնաջրյան Ծաղկունյան Քարափյան", "AM"),
    _people(1, "ሀና ለምለም ሰላም ተስፋ አበባ ዘሪቱ", "ደጋማው ገደሉ ሸለቆ ወንዙ", "ET ER"),
    _people(
        2,
        "안나리 가온 나래 다솜 라온 마루 보람 새봄 아람 하늘",
        "강 민 배 서 안 유 정 차 한 홍",
        "KR",
        join="",
        family_first=True,
    ),
    _people(
        4,
        "子衿 雨桐 明哲 思远 若水 清扬 云舒 知秋 望舒 嘉木 景行 晓岚",
        "白 程 方 龚 洪 江 林 梅 秦 沈 田 叶",
        "CN TW SG MY",
        join="",
        family_first=True,
    ),
    _people(
        3,
        "あおい 海斗 さくら 樹 楓 千尋 陽向 みのり 蓮 いずみ",
        "青葉山 石狩川 梅ヶ谷 柿崎原 霧島田 椎名町 月見里 野々宮 花園寺 若草野",
        "JP",
        join="",
        family_first=True,
    ),
)

TITLES = (
    "Nurse",
    "Teacher",
    "Software engineer",
    "Librarian",
    "Bus driver",
    "Journalist",
    "Student",
    "Retired postal worker",
    "Social worker",
    "Photographer",
    "Carpenter",
    "Public defender",
    "Electrician",
    "City councillor",
)
CHAIRS = (
    "Professor of Law",
    "Associate Professor of Computer Science",
    "Lecturer in Statistics",
    "Doctoral researcher",
    "Research fellow in Machine Learning",
    "Professor of Sociology",
    "Reader in Philosophy",
    "Emeritus Professor of History",
    "Postdoctoral researcher",
)
SCHOOLS = (
    "University of Westmoor",
    "Institute of Technology Halden",
    "Université de Valombre",
    "Universidad del Alto Encinar",
    "Universität Lindenau am See",
    "Universidade da Foz do Salgueiro",
    "Copperfen College",
    "North Fjord University",
    "جامعة الوادي الأخضر",
    "青葉台大学",
    "Університет Зелений Гай",
    "Kgalagadi School of Public Health",
    "Meridian Graduate School",
    "Universitatea Valea Albă",
    "River Delta Polytechnic",
)
# What some of them are also called, and typed as.
SCHOOL_ALIASES = {
    "University of Westmoor": ("Westmoor University", "UoW"),
    "Université de Valombre": ("University of Valombre",),
    "Universität Lindenau am See": ("Uni Lindenau", "Lindenau University"),
    "青葉台大学": ("Aobadai University",),
    "جامعة الوادي الأخضر": ("Green Valley University",),
}
WORKPLACES = (
    *SCHOOLS[:6],
    "Harbour District Hospital",
    "Eastlake Public Library",
    "Saltmarsh Primary School",
    "The Fenwright Gazette",
    "Rioseco Transit Workers",
    "Larkspur Legal Clinic",
    "Blütenhain Verlag",
    "Atelier Noirefontaine",
    "Oakhurst Tenants' Union",
    "Summerhay Community Radio",
    "Green Quay Bicycle Kitchen",
    "Sobreiral Advogados",
)
PLACES = (
    "Westmoor",
    "Halden",
    "Rioseco",
    "Lindenau",
    "Copperfen",
    "青葉台",
    "Sobreiral",
    "Noirefontaine",
    "Зелений Гай",
)
MAIL_HOSTS = ("mail.example", "post.example", "inbox.example", "letterbox.example", "example.org", "example.net")

# An organization is one word of each row: 20 x 18 x 8 names.
BODY_FIRST = (
    *("Harbour", "Lantern", "Meridian", "Northern", "Open", "Civic", "Common", "Riverside", "Beacon", "Bridge"),
    *("Compass", "Horizon", "Juniper", "Keystone", "Orchard", "Prairie", "Quayside", "Summit", "Tidewater", "Willow"),
)
BODY_SECOND = (
    "Rights",
    "Privacy",
    "Press Freedom",
    "Legal Aid",
    "Digital Liberties",
    "Tenants'",
    "Teachers'",
    "Workers'",
    "Students'",
    "Faith and Justice",
    "Transparency",
    "Neighbourhood",
    "Migrants'",
    "Disability",
    "Youth",
    "Free Software",
    "Court Watch",
    "Records",
)
BODY_LAST = ("Alliance", "Network", "Foundation", "Forum", "Union", "Coalition", "Project", "Society")
FUND_LAST = ("Asset Management", "Pension Fund", "Impact Partners", "Capital Stewards")
# Two that carry the article, which is left out when they are sorted, and one in another script.
BODY_SINGULAR = ("The Lamplighters' Guild", "The Quiet Streets Trust", "شبكة الشوارع المفتوحة", "Œuvre des Voisins")
ROLES = ("Executive Director", "President", "General Secretary", "Head of Policy", "Chair", "Campaigns Lead")
VOUCHED = (
    "Letter of authority on headed paper, seen by the team",
    "Confirmed by telephone through the number on their website",
    "Signed board resolution, on file",
    "Announced on their own website on the day they joined",
)
WITHDRAWAL_REASONS = (
    "",
    "",
    "I changed my mind.",
    "My employer asked me not to sign.",
    "I signed a newer letter instead.",
)
# As they stand beside the boxes of the form.
CONSENTS = {
    "wants_results": "Tell me what comes of this letter, in at most four mails",
    "wants_updates": "Send me news from Open Streets Coalition",
}
