"""Expressions told to people: the wording, and that no brackets are missing in it."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.condition import Expression, Fact, Operation, parse
from processes.condition_value import evaluate
from processes.condition_words import day_words, in_words, number_words
from processes.words import Words, same
from tests.processes.condition_examples import TODAY, TYPES, any_typed

NAMES = {
    "child.age_days": Words("umur anak dalam hari", "child's age in days"),
    "child.birth_date": Words("tanggal lahir anak", "child's birth date"),
    "mother.birth_date": Words("tanggal lahir ibu", "mother's birth date"),
    "child.sex": Words("jenis kelamin anak", "child's sex"),
    "mother.sex": Words("jenis kelamin ibu", "mother's sex"),
    "child.name": Words("nama anak", "child's name"),
    "child.twin": Words("kelahiran kembar", "twin birth"),
    "child.said": Words("keterangan anak", "child's statement"),
    "father.nik": Words("NIK ayah", "father's NIK"),
    "family.income": Words("penghasilan keluarga", "family's income"),
    "family.size": Words("jumlah anggota keluarga", "family's size"),
    "family.rent": Words("sewa rumah", "rent"),
    "movers": Words("penduduk yang pindah", "people moving"),
    "movers.age": Words("umur", "age"),
    "movers.born": Words("tanggal lahir", "birth date"),
    "movers.income": Words("penghasilan", "income"),
}
KINDS = dict.fromkeys(("child.birth_date", "mother.birth_date", "movers.born"), "date") | {"child.twin": "yes/no"}
LABELS = {("child.sex", "1"): Words("laki-laki", "male"), ("child.sex", "2"): Words("perempuan", "female")}


def told(text: str) -> Words:
    return in_words(parse(text), NAMES.__getitem__, lambda path, code: LABELS.get((path, code)), KINDS.get)


@pytest.mark.parametrize(
    ("text", "indonesian", "english"),
    [
        ("child.age_days > 60", "umur anak dalam hari lebih dari 60", "child's age in days is more than 60"),
        ("60 < child.age_days", "umur anak dalam hari lebih dari 60", "child's age in days is more than 60"),
        ("child.age_days < 60", "umur anak dalam hari kurang dari 60", "child's age in days is less than 60"),
        ("child.age_days <= P60D", "umur anak dalam hari paling banyak 60 hari", "child's age in days is at most 60 days"),
        ("child.age_days >= 1", "umur anak dalam hari paling sedikit 1", "child's age in days is at least 1"),
        ("child.age_days = 0.5", "umur anak dalam hari sama dengan 0,5", "child's age in days is 0.5"),
        ("child.age_days != -5", "umur anak dalam hari tidak sama dengan −5", "child's age in days is not −5"),
        ("not(child.age_days > 60)", "umur anak dalam hari paling banyak 60", "child's age in days is at most 60"),
        ('child.sex = "2"', "jenis kelamin anak adalah perempuan", "child's sex is female"),
        ('child.sex != "9"', "jenis kelamin anak bukan “9”", "child's sex is not “9”"),
        ("child.sex = mother.sex", "jenis kelamin anak sama dengan jenis kelamin ibu",
         "child's sex is the same as mother's sex"),
        ('child.sex in ["1", "2"]', "jenis kelamin anak adalah salah satu dari laki-laki atau perempuan",
         "child's sex is one of male or female"),
        ("child.age_days in [1, 2, 3]", "umur anak dalam hari adalah salah satu dari 1, 2, atau 3",
         "child's age in days is one of 1, 2 or 3"),
        ('not(child.sex in ["1", "2"])', "jenis kelamin anak bukan salah satu dari laki-laki atau perempuan",
         "child's sex is not one of male or female"),
        ('child.sex in ["1"]', "jenis kelamin anak adalah laki-laki", "child's sex is male"),
        ("child.age_days between 1 and 60", "umur anak dalam hari bernilai 1 sampai dengan 60",
         "child's age in days is from 1 to 60"),
        ("not(child.age_days between 1 and 60)", "umur anak dalam hari tidak bernilai 1 sampai dengan 60",
         "child's age in days is not from 1 to 60"),
        ('child.birth_date between date("2026-01-01") and today()',
         "tanggal lahir anak jatuh pada 1 Januari 2026 sampai dengan hari ini",
         "child's birth date is from 1 January 2026 to today"),
        ("father.nik is known", "NIK ayah diketahui", "father's NIK is known"),
        ("not(father.nik is known)", "NIK ayah tidak diketahui", "father's NIK is not known"),
        ("child.twin", "kelahiran kembar adalah “ya”", "twin birth is “yes”"),
        ("child.twin = false", "kelahiran kembar adalah “tidak”", "twin birth is “no”"),
        ("not child.twin != true", "kelahiran kembar adalah “ya”", "twin birth is “yes”"),
        ("child.twin and (child.age_days > 1 or father.nik is known)",
         "kelahiran kembar adalah “ya” dan (umur anak dalam hari lebih dari 1 atau NIK ayah diketahui)",
         "twin birth is “yes” and (child's age in days is more than 1 or father's NIK is known)"),
        ("not(child.twin and child.age_days > 1)",
         "kelahiran kembar adalah “tidak” atau umur anak dalam hari paling banyak 1",
         "twin birth is “no” or child's age in days is at most 1"),
        ("(child.twin or child.age_days > 1) or father.nik is known",
         "kelahiran kembar adalah “ya” atau umur anak dalam hari lebih dari 1 atau NIK ayah diketahui",
         "twin birth is “yes” or child's age in days is more than 1 or father's NIK is known"),
        # dates
        ('child.birth_date < date("2026-08-17")', "tanggal lahir anak sebelum 17 Agustus 2026",
         "child's birth date is before 17 August 2026"),
        ("child.birth_date <= mother.birth_date", "tanggal lahir anak paling lambat tanggal lahir ibu",
         "child's birth date is on or before mother's birth date"),
        ("child.birth_date = today()", "tanggal lahir anak sama dengan hari ini", "child's birth date is the same as today"),
        ("child.birth_date >= today() - P60D", "tanggal lahir anak pada atau setelah 60 hari sebelum hari ini",
         "child's birth date is on or after 60 days before today"),
        ("child.birth_date + 1 > today()", "1 hari setelah tanggal lahir anak setelah hari ini",
         "1 day after child's birth date is after today"),
        ("today() - child.birth_date > 60", "jangka waktu dari tanggal lahir anak sampai hari ini lebih dari 60 hari",
         "the time from child's birth date to today is more than 60 days"),
        ("years_between(child.birth_date, today()) >= 17",
         "jangka waktu dari tanggal lahir anak sampai hari ini paling sedikit 17 tahun penuh",
         "the time from child's birth date to today is at least 17 full years"),
        ("months_between(child.birth_date, today()) = 1",
         "jangka waktu dari tanggal lahir anak sampai hari ini sama dengan 1 bulan penuh",
         "the time from child's birth date to today is 1 full month"),
        ("today() - child.birth_date", "jangka waktu dari tanggal lahir anak sampai hari ini dalam hari",
         "the time from child's birth date to today in days"),
        ("weekday(child.birth_date) in [6, 7]", "hari dari tanggal lahir anak adalah salah satu dari Sabtu atau Minggu",
         "the day of the week of child's birth date is one of Saturday or Sunday"),
        ("date(child.said) > today()", "tanggal dalam keterangan anak setelah hari ini",
         "the date in child's statement is after today"),
        # numbers and texts
        ("family.income / family.size <= 2500000",
         "penghasilan keluarga dibagi jumlah anggota keluarga paling banyak 2.500.000",
         "family's income divided by family's size is at most 2,500,000"),
        ("(family.income - family.rent) / 12", "(penghasilan keluarga dikurangi sewa rumah) dibagi 12",
         "(family's income minus rent) divided by 12"),
        ("family.income - family.rent / 12", "penghasilan keluarga dikurangi (sewa rumah dibagi 12)",
         "family's income minus (rent divided by 12)"),
        ("-family.income", "negatif dari penghasilan keluarga", "the negative of family's income"),
        ('child.name = "Sri"', "nama anak adalah “Sri”", "child's name is “Sri”"),
        ('not starts_with(father.nik, "3303")', "NIK ayah tidak diawali dengan “3303”",
         "father's NIK does not start with “3303”"),
        ('contains(upper(child.name), "SRI")', "nama anak dalam huruf besar memuat “SRI”",
         "child's name in capital letters contains “SRI”"),
        ("number(substring(father.nik, 7, 2)) > 40", "karakter ke-7 sampai ke-8 dari NIK ayah sebagai bilangan lebih dari 40",
         "characters 7 to 8 of father's NIK as a number is more than 40"),
        ("length(child.name) > 0", "banyaknya karakter nama anak lebih dari 0",
         "the number of characters of child's name is more than 0"),
        # choices
        ('if family.income < 2000000 then "poor" else "other"',
         "jika penghasilan keluarga kurang dari 2.000.000, maka “poor”; jika tidak, “other”",
         "if family's income is less than 2,000,000, then “poor”; otherwise “other”"),
        ("(if child.twin then child.age_days else 2) > 1",
         "(jika kelahiran kembar adalah “ya”, maka umur anak dalam hari; jika tidak, 2) lebih dari 1",
         "(if twin birth is “yes”, then child's age in days; otherwise 2) is more than 1"),
        # lists
        ("any(movers.age < 17)", "untuk sedikitnya satu di antaranya: umur kurang dari 17",
         "for at least one of them: age is less than 17"),
        ("not any(movers.age < 17)", "untuk setiap anggotanya: umur paling sedikit 17", "for each of them: age is at least 17"),
        ("all(movers.age < 17) and child.twin", "(untuk setiap anggotanya: umur kurang dari 17) dan kelahiran kembar adalah “ya”",
         "(for each of them: age is less than 17) and twin birth is “yes”"),
        ("count(movers) > 3", "banyaknya penduduk yang pindah lebih dari 3", "the number of people moving is more than 3"),
        ("sum(movers.income) > 1", "jumlah seluruh penghasilan lebih dari 1", "the sum of income is more than 1"),
        ("sum(if movers.age < 17 then 1 else 0) >= 2", "banyaknya anggota yang memenuhi (umur kurang dari 17) paling sedikit 2",
         "the number of those for which (age is less than 17) is at least 2"),
        ("max(movers.born) < today()", "tanggal lahir paling akhir sebelum hari ini", "the latest birth date is before today"),
        ("min(movers.age) < 17", "umur terkecil kurang dari 17", "the smallest age is less than 17"),
    ],
)  # fmt: skip
def test_an_expression_is_told_as(text: str, indonesian: str, english: str) -> None:
    assert told(text) == Words(indonesian, english)


def test_without_kinds_and_labels_it_is_told_plainly() -> None:
    words = in_words(parse('child.twin and child.sex = "2" and today() - child.birth_date > 1'), NAMES.__getitem__)
    assert words.en == "twin birth is “yes” and child's sex is “2” and today minus child's birth date is more than 1"


@given(any_typed)
def test_every_expression_can_be_told_with_its_brackets_closed(expression: Expression) -> None:
    for text in in_words(expression, lambda path: same(path), kind_of=lambda path: TYPES[path].kind):
        plain = re.sub("“[^”]*”", "", text)
        assert plain
        assert plain.count("(") == plain.count(")")


facts = st.sampled_from("pqr").map(Fact)
logic = st.recursive(
    facts,
    lambda inside: st.one_of(
        st.builds(lambda one: Operation("not", (one,)), inside),
        st.builds(
            lambda sign, some: Operation(sign, tuple(some)),
            st.sampled_from(["and", "or"]),
            st.lists(inside, min_size=2, max_size=3),
        ),
    ),
    max_leaves=8,
)


@given(logic)
def test_whoever_reads_the_words_decides_the_same(expression: Expression) -> None:
    words = in_words(expression, same, kind_of=lambda path: "yes/no")
    english = re.sub(r"(\w) is “no”", r"not \1", words.en.replace(" is “yes”", ""))
    indonesian = re.sub(r"(\w) adalah “tidak”", r"not \1", words.id.replace(" adalah “ya”", ""))
    for text in (english, indonesian.replace(" dan ", " and ").replace(" atau ", " or ")):
        for values in product((True, False, None), repeat=3):
            case = dict(zip("pqr", values, strict=True))
            assert evaluate(parse(text), case, TODAY) is evaluate(expression, case, TODAY)


def test_dates_and_numbers_are_written_as_people_write_them() -> None:
    assert day_words(TODAY) == Words("24 November 2026", "24 November 2026")
    assert number_words(1234567.25) == Words("1.234.567,25", "1,234,567.25")
    assert number_words(0) == Words("0", "0")
