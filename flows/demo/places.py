"""The districts, villages and streets of Purbalingga, and its neighbours; knows nobody who lives there."""

from typing import NamedTuple


class District(NamedTuple):
    """A kecamatan; its code is the first six digits of the numbers it gives out."""

    code: str
    name: str
    people: int  # 2025, estimated from the censuses of 2010 and 2020
    postcode: str  # empty where each village has its own
    wards: tuple[str, ...]  # kelurahan
    villages: tuple[str, ...]  # desa


class Village(NamedTuple):
    """A desa or kelurahan, with what the address of a family in it is made of."""

    name: str
    district: str
    district_code: str
    postcode: str
    urban: bool
    hamlets: tuple[str, ...]


REGENCY = "PURBALINGGA"
PROVINCE = "JAWA TENGAH"

# fmt: off
# Codes and names by the ministry's list of 2022 (Kepmendagri 100.1.1-6117/2022); the statistical office numbers
# districts otherwise.
DISTRICTS = (
    District(
        "330301", "KEMANGKON", 67_400, "53381",
        (),
        (
            "KEDUNGBENDA", "BOKOL", "PELUMUTAN", "MAJATENGAH", "KEDUNGLEGOK", "KEMANGKON", "PANICAN", "BAKULAN",
            "KARANGKEMIRI", "PEGANDEKAN", "SENON", "SUMILIR", "KALIALANG", "KARANGTENGAH", "MUNTANG", "GAMBARSARI",
            "TOYAREKA", "JETIS", "MAJASEM",
        ),
    ),
    District(
        "330302", "BUKATEJA", 82_700, "53382",
        (),
        (
            "TIDU", "WIRASABA", "KEMBANGAN", "CIPAWON", "KARANGCENGIS", "KARANGGEDANG", "KARANGNANGKA", "KUTAWIS",
            "KEBUTUH", "PENARUBAN", "KEDUNGJATI", "BUKATEJA", "MAJASARI", "BAJONG",
        ),
    ),
    District(
        "330303", "KEJOBONG", 53_700, "53392",
        (),
        (
            "BANDINGAN", "LAMUK", "SOKANEGARA", "GUMIWANG", "KRENCENG", "NANGKASAWIT", "PANDANSARI", "KEJOBONG",
            "LANGGAR", "TIMBANG", "NANGKOD", "KEDARPAN", "PANGEMPON",
        ),
    ),
    District(
        "330304", "KALIGONDANG", 69_400, "53391",
        (),
        (
            "LAMONGAN", "TEJASARI", "CILAPAR", "PENOLIH", "SINDURAJA", "SELAKAMBANG", "SELANEGARA", "KALIGONDANG",
            "BRECEK", "SEMPOR LOR", "PENARUBAN", "KALIKAJAR", "KEMBARAN WETAN", "SLINGA", "ARENAN", "SIDANEGARA",
            "PAGERANDONG", "SIDAREJA",
        ),
    ),
    District(
        "330305", "PURBALINGGA", 61_000, "",
        (
            "BOJONG", "KEDUNGMENJANGAN", "BANCAR", "PURBALINGGA WETAN", "PENAMBONGAN", "PURBALINGGA KIDUL",
            "KANDANGGAMPANG", "PURBALINGGA KULON", "PURBALINGGA LOR", "KEMBARAN KULON", "WIRASANA",
        ),
        (
            "TOYAREJA", "JATISABA",
        ),
    ),
    District(
        "330306", "KALIMANAH", 61_100, "53371",
        (
            "MEWEK", "KARANGMANYAR", "KALIKABONG",
        ),
        (
            "JOMPO", "RABAK", "BLATER", "MANDURAGA", "KARANGSARI", "KALIMANAH KULON", "SIDAKANGEN", "KARANGPETIR",
            "KALIMANAH WETAN", "GRECOL", "SELABAYA", "KLAPASAWIT", "KEDUNGWULUH", "BABAKAN",
        ),
    ),
    District(
        "330307", "KUTASARI", 69_400, "53361",
        (),
        (
            "KARANGLEWAS", "MUNJUL", "SUMINGKIR", "MERI", "KUTASARI", "KARANGKLESEM", "KARANGREJA", "KARANGAREN",
            "LIMBANGAN", "CENDANA", "CANDIWULAN", "KARANGCEGAK", "CANDINATA", "KARANGJENGKOL",
        ),
    ),
    District(
        "330308", "MREBET", 81_200, "53352",
        (),
        (
            "KARANGTURI", "ONJE", "SINDANG", "TANGKISAN", "KRADENAN", "LAMBUR", "SELAGANGGENG", "MANGUNEGARA",
            "KARANGNANGKA", "MREBET", "BOJONG", "SERAYU KARANGANYAR", "SERAYU LARANGAN", "CAMPAKOAH", "PAGERANDONG",
            "CIPAKU", "BINANGUN", "PENGALUSAN", "SANGKANAYU",
        ),
    ),
    District(
        "330309", "BOBOTSARI", 58_300, "53353",
        (),
        (
            "GANDASULI", "KALAPACUNG", "KARANGMALANG", "BANJARSARI", "MAJAPURA", "BOBOTSARI", "KARANGDUREN",
            "PAKUNCEN", "KARANGTALUN", "GUNUNGKARANG", "TALAGENING", "TLAGAYASA", "DAGAN", "PALUMBUNGAN",
            "LIMBASARI", "PALUMBUNGAN WETAN",
        ),
    ),
    District(
        "330310", "KARANGREJA", 48_800, "53357",
        (),
        (
            "SERANG", "KUTABAWA", "SIWARAK", "TLAHAB LOR", "TLAHAB KIDUL", "KARANGREJA", "GONDANG",
        ),
    ),
    District(
        "330311", "KARANGANYAR", 42_700, "53354",
        (),
        (
            "PONJEN", "BUARA", "BRAKAS", "BUNGKANEL", "LUMPANG", "KARANGGEDANG", "KABUNDERAN", "JAMBUDESA",
            "MARIBAYA", "KARANGANYAR", "BANJARKERTA", "KALIJARAN", "KALIORI",
        ),
    ),
    District(
        "330312", "KARANGMONCOL", 62_800, "53355",
        (),
        (
            "KARANGSARI", "PEPEDAN", "PEKIRINGAN", "GRANTUNG", "RAJAWANA", "TAJUG", "TAMANSARI", "BALERAKSA",
            "TUNJUNGMULI", "KRAMAT", "SIRAU",
        ),
    ),
    District(
        "330313", "REMBANG", 73_100, "53356",
        (),
        (
            "WLAHAR", "BANTARBARANG", "KARANGBAWANG", "GUNUNGWULED", "LOSARI", "BODASKARANGJATI", "WANOGARA WETAN",
            "WANOGARA KULON", "MAKAM", "SUMAMPIR", "TANALUM", "PANUSUPAN",
        ),
    ),
    District(
        "330314", "BOJONGSARI", 68_500, "53362",
        (),
        (
            "BROBOT", "GEMBONG", "GALUH", "BANJARAN", "PATEMON", "BOJONGSARI", "KAJONGAN", "KARANGBANJAR", "BEJI",
            "PAGEDANGAN", "PEKALONGAN", "METENGGENG", "BUMISARI",
        ),
    ),
    District(
        "330315", "PADAMARA", 48_400, "53372",
        ("KARANGSENTUL",),
        (
            "KARANGPULE", "SOKAWERA", "KARANGJAMBE", "BOJANEGARA", "GEMURUH", "DAWUHAN", "PRIGI", "PADAMARA",
            "PURBAYASA", "KALITINGGAR", "MIPIRAN", "KARANGGAMBAS", "KALITINGGAR KIDUL",
        ),
    ),
    District(
        "330316", "PENGADEGAN", 41_500, "53393",
        (),
        (
            "PANUNGGALAN", "LARANGAN", "PASUNGGINGAN", "PENGADEGAN", "KARANGJOHO", "BEDAGAS", "TUMANGGAL",
            "TEGALPINGEN", "TETEL",
        ),
    ),
    District(
        "330317", "KARANGJAMBU", 29_200, "53357",
        (),
        (
            "PURBASARI", "SIRANDU", "KARANGJAMBU", "SANGUWATANG", "JINGKANG", "DANASARI",
        ),
    ),
    District(
        "330318", "KERTANEGARA", 38_100, "53358",
        (),
        (
            "KRANGEAN", "DARMA", "LANGKAP", "ADIARSA", "KARANGASEM", "KARANGPUCUNG", "CONDONG", "KASIH",
            "KARANGTENGAH", "KERTANEGARA", "MERGASANA",
        ),
    ),
)

STREETS = (
    "JL. JENDERAL SOEDIRMAN", "JL. MT HARYONO", "JL. LETKOL ISDIMAN", "JL. AHMAD YANI", "JL. PIERE TENDEAN",
    "JL. MAYJEND SUNGKONO", "JL. ONJE", "JL. RAYA BOBOTSARI", "JL. LETNAN KUSNI", "JL. DI PANJAITAN",
)
HAMLETS = (
    "KARANGTENGAH", "KALIPELUS", "BANDINGAN", "PESAWAHAN", "SOKAWERA KULON", "KARANGANYAR", "KALIWANGI", "SIDAMULYA",
    "PENGEMPON", "BRENGKOL", "DUKUH TENGAH", "KRAJAN", "GUNUNG WUNI", "KARANGGAYAM", "PEJARAKAN", "SEMINGKIR",
)
NUMBERED_QUARTERS = (
    "LINGKUNGAN I", "LINGKUNGAN II", "LINGKUNGAN III", "LINGKUNGAN IV", "LINGKUNGAN V", "LINGKUNGAN VI",
)
# fmt: on
NUMBERED_HAMLETS = ("DUSUN I", "DUSUN II", "DUSUN III", "DUSUN IV", "DUSUN V", "DUSUN VI")
PURBALINGGA_POSTCODES = tuple(str(code) for code in range(53311, 53320))

# Where people not born in the regency come from: place, the regency's code in a NIK, share among them.
OTHER_PLACES = (
    ("BANYUMAS", "3302", 24),
    ("BANJARNEGARA", "3304", 17),
    ("PEMALANG", "3327", 15),
    ("JAKARTA", "3175", 14),
    ("CILACAP", "3301", 9),
    ("BEKASI", "3216", 8),
    ("TEGAL", "3328", 7),
    ("BANDUNG", "3204", 6),
)


def villages() -> tuple[Village, ...]:
    """Return the 239 villages in the order of their codes, with hamlets and postcodes.

    >>> len(villages())
    239
    >>> villages()[0]
    Village(name='KEDUNGBENDA', district='KEMANGKON', district_code='330301', postcode='53381', urban=False, \
hamlets=('DUSUN I', 'DUSUN II', 'DUSUN III'))
    """
    found: list[Village] = []
    for district in DISTRICTS:
        for name in district.wards + district.villages:
            place = len(found)
            postcode = district.postcode or PURBALINGGA_POSTCODES[place % len(PURBALINGGA_POSTCODES)]
            urban = name in district.wards
            found.append(Village(name, district.name, district.code, postcode, urban, _hamlets(place, urban)))
    return tuple(found)


def village_weights() -> tuple[float, ...]:
    """Return how many people live in each village, in the order of `villages`; a district's share is spread evenly."""
    return tuple(
        district.people / len(district.wards + district.villages)
        for district in DISTRICTS
        for _ in district.wards + district.villages
    )


def _hamlets(place: int, urban: bool) -> tuple[str, ...]:
    """A town has numbered quarters; two villages in three number their hamlets, the others name them."""
    how_many = 3 + place % 4
    if urban:
        return NUMBERED_QUARTERS[:how_many]
    if place % 3 != 2:
        return NUMBERED_HAMLETS[:how_many]
    return tuple(HAMLETS[(place + step * 5) % len(HAMLETS)] for step in range(how_many))
