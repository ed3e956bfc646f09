"""Names as people of the region bear them, by year of birth and sex; knows no person and no registry.

Nobody inherits a family name and marriage changes none. The old often bear one name; those born since 1990 two or
three. Names stand in capital letters, as on documents. No real person is meant.
"""

from random import Random

from flows.demo.codes import MALE

ONE_NAME_UNTIL = 1964
TWO_NAMES_SINCE = 2013

# fmt: off
OLD_MEN = (
    "KARSIDI", "SUKIRNO", "SUPARNO", "TARSO", "RASIMAN", "SANMIARJA", "KARTAMIHARJA", "WIRYAREJA", "MADREJA",
    "SANREJA", "KARTAREJA", "DULAH SALEH", "AHMAD SUPARDI", "SUWARNO", "SUWITO", "TARYONO", "SUDIRO", "MUHADI",
    "SLAMET", "PARYONO", "WARSITO", "KUSWANTO", "DARSONO", "SUTARJO", "MISNAN", "NASIKUN", "SAKIMAN", "TURSINO",
    "RUSDI", "DAROJI", "CHAMBALI", "ACHMAD SOBIRIN", "MADSUPI", "KARTAWIREJA", "SUMARNO", "TUGIMAN", "PONIMAN",
    "WAHYONO", "SURATMAN", "RIYADI",
)
OLD_WOMEN = (
    "SUWARTI", "KASINEM", "TARINAH", "RASIYEM", "WASILAH", "TURIYAH", "SUTINAH", "SARINAH", "PONIYAH", "TUMINAH",
    "KHOTIMAH", "MARSINAH", "NGADIYAH", "SUMARNI", "SUPRIYATI", "SITI AMINAH", "DALIYEM", "RUMINAH", "KARSINI",
    "MUNJIYAH", "SATINEM", "WARTINI", "SOLIKHAH", "TASRINGAH", "ROKHANAH", "SUDARTI", "MISEM", "SANTIYAH", "KUSTINAH",
    "NURYATI",
)
# Old names are built from a beginning and an end; half of the old bear one made so.
OLD_BEGINNINGS = ("KAR", "WAR", "TAR", "DAR", "SAR", "MAR", "PAR", "NAR", "RAS", "KAS", "MIS", "TUR", "SUM", "TUM")
OLD_MEN_ENDS = ("SONO", "SITO", "SIDI", "DI", "MIN", "TO", "NO", "JO", "IMAN", "WAN", "KIM", "SO")
OLD_WOMEN_ENDS = ("INAH", "TINI", "SIH", "IYEM", "IYAH", "SINI", "TI", "NI", "KINAH", "INEM")
# Men of the countryside took a grown-up name at marriage; few born after 1950 did.
GROWN_UP_BEGINNINGS = ("SAN", "KARTA", "WIRYA", "MAD", "NAWI", "MARTA", "DANU", "SURA", "MERTA", "NALA")
GROWN_UP_ENDS = ("REJA", "MIARJA", "WIREJA", "SEMITA", "DIKRAMA", "MIHARJA")

MEN_FIRST = (
    "AGUS", "BAMBANG", "BUDI", "DWI", "EDI", "EKO", "HERI", "IMAM", "JOKO", "KUAT", "MUJIONO", "NUR", "PUJI",
    "RIYANTO", "SARNO", "SIGIT", "SLAMET", "SOLIKHIN", "SUGENG", "SUPRIYANTO", "SUTRISNO", "SYAIFUL", "TEGUH",
    "TOFIK", "TRI", "UNTUNG", "WAHYU", "WARYONO", "YULI", "ARIF",
)
MEN_SECOND = (
    "PRASETYO", "SANTOSO", "WIBOWO", "SETIAWAN", "NUGROHO", "HARYANTO", "PURNOMO", "SUSANTO", "WALUYO", "RAHARJO",
    "UTOMO", "HIDAYAT", "RIYADI", "PRIYANTO", "KURNIAWAN", "SAPUTRA", "SUDARSONO", "MUSTOFA", "MARYONO", "ISMAIL",
)
WOMEN_FIRST = (
    "ANI", "DEWI", "DWI", "ENDAH", "ERNA", "FITRI", "INDAH", "KHUSNUL", "LILIS", "MARYATI", "MUNGAWANAH", "NANI",
    "NING", "NUR", "PUJI", "RATNA", "RINI", "RATMINI", "SITI", "SRI", "SUSI", "SUTARTI", "TITIN", "TRI", "UMI",
    "WAHYU", "WIWIT", "YANI", "YULI", "YUNI",
)
WOMEN_SECOND = (
    "ASTUTI", "HANDAYANI", "HIDAYATI", "KHASANAH", "KUSTIANI", "LESTARI", "MARFUNGAH", "NGAISAH", "NINGSIH",
    "NURJANAH", "PURWANTI", "RAHAYU", "SETYOWATI", "SOLIHAH", "SUSANTI", "SUPRIHATIN", "UTAMI", "WAHYUNI",
    "WIDAYANTI", "WULANDARI",
)
YOUNG_MEN_FIRST = (
    "ADE", "ADITYA", "AFIF", "AHMAD", "AJI", "ALDI", "ANDIKA", "ANGGA", "ARYA", "BAGAS", "BAYU", "DIMAS", "FAJAR",
    "FAUZAN", "FERI", "GALIH", "GILANG", "HAFIDZ", "ILHAM", "IQBAL", "IRFAN", "KHOIRUL", "LUTFI", "MUHAMMAD",
    "NAUFAL", "RAFLI", "REZA", "RIZKI", "SATRIA", "YOGA",
)
YOUNG_MEN_SECOND = (
    "ADI", "AKBAR", "ALFARIZI", "ARDIANSYAH", "FADHILAH", "FIRMANSYAH", "HIDAYATULLAH", "KURNIA", "MAULANA",
    "NURROHMAN", "PAMUNGKAS", "PANGESTU", "PRATAMA", "PRAYOGA", "RAMADHAN", "SAPUTRA", "SETIADI", "WICAKSONO",
    "YULIANTO", "ZAKARIA",
)
YOUNG_WOMEN_FIRST = (
    "ALFI", "ANGGI", "ANISA", "APRILIA", "AULIA", "AYU", "CHOIRUN", "DESI", "DIAH", "DINDA", "EKA", "ELSA", "FEBRI",
    "FINA", "HANIFAH", "INTAN", "KHARISMA", "LAELI", "MEILANI", "NABILA", "NADIA", "NISA", "PUTRI", "RISMA",
    "SALSABILA", "SEPTI", "TIARA", "VINA", "WINDI", "ZAHRA",
)
YOUNG_WOMEN_SECOND = (
    "AGUSTINA", "AMALIA", "ANGGRAENI", "AZIZAH", "CAHYANI", "FAUZIAH", "FITRIANI", "INDRIYANI", "KHOTIMAH", "KUSUMA",
    "LATIFAH", "MAHARANI", "MAULIDA", "NUR AENI", "OKTAVIANI", "PERMATASARI", "PRATIWI", "RAMADHANI", "SAFITRI",
    "YULIANA",
)
BOYS_FIRST = (
    "ABIZAR", "ALFATIH", "ARKANA", "ARSYA", "AZKA", "DAFFA", "ELVANO", "FARIZ", "GIBRAN", "HAIKAL", "KENZO",
    "RAFFASYA", "RAYYAN", "SHAKA", "ZAFRAN",
)
BOYS_SECOND = (
    "ALFARIZQI", "ALVARENDRA", "ARKANANTA", "DIRGANTARA", "HABIBIE", "PRADIPTA", "RAFFAZA", "RAMADHAN", "SYAHPUTRA",
    "ZHAFRAN",
)
GIRLS_FIRST = (
    "ADIBA", "AISYAH", "ALESHA", "ALMIRA", "ARSYILA", "AZZAHRA", "CALLISTA", "HUMAIRA", "INARA", "KHANZA", "KIRANA",
    "NAURA", "QUINSHA", "SHANUM", "ZHAFIRA",
)
GIRLS_SECOND = (
    "AQILLA", "ALMAHYRA", "AZKADINA", "HAFIZAH", "KHUMAIRA", "MAHESWARI", "NAFISAH", "PUTRI", "RAMADHANI",
    "SAFARINA", "ZAHRANI",
)
CHRISTIAN_MEN = ("YOHANES", "PAULUS", "AGUSTINUS", "MARKUS", "LUKAS", "STEFANUS")
CHRISTIAN_WOMEN = ("MARIA", "THERESIA", "ANASTASIA", "ELISABETH")

# One change of each kind makes the other spelling of a name; the first that fits is taken.
OTHER_SPELLINGS = (
    ("MUHAMMAD", "MOHAMAD"), ("ACHMAD", "AHMAD"), ("AHMAD", "ACHMAD"), ("KH", "K"), ("CH", "KH"), ("SY", "S"),
    ("ZH", "Z"), ("DZ", "D"), ("FF", "F"), ("ZZ", "Z"), ("LL", "L"), ("YY", "Y"), ("NG", "N"), ("IYA", "IA"),
    ("IYE", "IE"), ("IYO", "IO"), ("TY", "TI"), ("RY", "RI"), ("AH", "A"), ("DI", "DHI"), ("TI", "TIE"), ("NO", "NNO"),
    ("RI", "RIE"), ("NI", "NIE"), ("SI", "SIE"), ("SA", "SHA"), ("A", "AA"), ("I", "IE"), ("U", "OE"), ("O", "OO"),
)
# fmt: on


def full_name(chance: Random, sex: str, year: int, christian: bool = False) -> str:
    """Return a name that fits a person of this sex, born in this year.

    >>> full_name(Random(1), "1", 1948)
    'MERTADIKRAMA'
    >>> full_name(Random(1), "2", 2024)
    'NAURA AZKADINA QUINSHA'
    """
    man = sex == MALE
    if christian:
        return f"{_one(chance, CHRISTIAN_MEN if man else CHRISTIAN_WOMEN)} {_second(chance, man, year)}"
    if year <= ONE_NAME_UNTIL:
        return _old_name(chance, man, year)
    if year < 1995:
        first = _one(chance, MEN_FIRST if man else WOMEN_FIRST)
        return first if chance.random() < 0.12 else _joined(first, _second(chance, man, year))
    if year < TWO_NAMES_SINCE:
        first = _one(chance, YOUNG_MEN_FIRST if man else YOUNG_WOMEN_FIRST)
        middle = _one(chance, YOUNG_MEN_FIRST if man else YOUNG_WOMEN_FIRST) if chance.random() < 0.35 else ""
        return _joined(first, middle, _second(chance, man, year))
    return newborn_name(chance, sex)


def newborn_name(chance: Random, sex: str) -> str:
    """Return a child's name as the rules of 2022 want it: at least two words, letters only, at most 60.

    >>> newborn_name(Random(3), "1")
    'DAFFA RAFFAZA GIBRAN'
    """
    firsts, seconds = (BOYS_FIRST, BOYS_SECOND) if sex == MALE else (GIRLS_FIRST, GIRLS_SECOND)
    third = _one(chance, firsts) if chance.random() < 0.5 else ""
    return _joined(_one(chance, firsts), _one(chance, seconds), third)


def other_spelling(name: str) -> str:
    """Return the name as another office may have written it; a name without a usual other spelling stays.

    >>> other_spelling("KHOTIMAH"), other_spelling("MUHAMMAD RIZKI"), other_spelling("SUPARNO")
    ('KOTIMAH', 'MOHAMAD RIZKI', 'SUPARNNO')
    """
    for usual, other in OTHER_SPELLINGS:
        if usual in name:
            return name.replace(usual, other, 1)
    return name


def _old_name(chance: Random, man: bool, year: int) -> str:
    if man and year < 1950 and chance.random() < 0.2:
        return _one(chance, GROWN_UP_BEGINNINGS) + _one(chance, GROWN_UP_ENDS)
    if chance.random() < 0.5:
        return _one(chance, OLD_BEGINNINGS) + _one(chance, OLD_MEN_ENDS if man else OLD_WOMEN_ENDS)
    return _one(chance, OLD_MEN if man else OLD_WOMEN)


def _second(chance: Random, man: bool, year: int) -> str:
    if year < 1995:
        return _one(chance, MEN_SECOND if man else WOMEN_SECOND)
    if year < TWO_NAMES_SINCE:
        return _one(chance, YOUNG_MEN_SECOND if man else YOUNG_WOMEN_SECOND)
    return _one(chance, BOYS_SECOND if man else GIRLS_SECOND)


def _joined(first: str, *others: str) -> str:
    """Return the words in order, none of them twice."""
    words = [first]
    words += [word for word in others if word and word not in words]
    return " ".join(words)


def _one(chance: Random, words: tuple[str, ...]) -> str:
    # a third of the time of Random.choice, and there are a quarter of a million of these
    return words[int(chance.random() * len(words))]
