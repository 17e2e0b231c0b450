"""Names: reading, sounds, variants and levels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.match import frequencies
from comity.match.fillers import family_fillers, given_fillers
from comity.match.fold import alnum, fold, words
from comity.match.name_levels import NameJudge
from comity.match.names import asked_names, bears_the_name, read_name, without_article
from comity.match.phonetics import metaphone, skeleton, sound_codes
from comity.match.tokens import compare_tokens
from comity.match.variants import are_variants, formal_of
from comity.model.query import PersonSubject


def levels(asked: str, held: str) -> dict[str, str]:
    terms = NameJudge().terms(read_name(asked), read_name(held))
    return {term.comparison: term.level for term in terms}


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Muñoz", "MUNOZ"), ("Łukasz", "LUKASZ"), ("Иванов", "IVANOV"), ("Straße", "STRASSE"), ("Ørsted", "ORSTED")],
)
def test_accents_and_scripts_fold_to_latin_letters(text: str, folded: str) -> None:
    """Accents never count, and Cyrillic is written out."""
    assert fold(text) == folded


def test_composed_and_decomposed_letters_fold_alike() -> None:
    """NFC and NFD forms of one name are one name."""
    assert fold("Mun\u0303oz") == fold("Mu\u00f1oz") == "MUNOZ"


def test_apostrophes_join_and_hyphens_separate() -> None:
    """O'Brien is one word and Garcia-Lopez two."""
    assert words("O'Brien Garcia-López") == ["OBRIEN", "GARCIA", "LOPEZ"]
    assert alnum("d-123 45/6") == "D123456"


@pytest.mark.parametrize(
    "text", ["de la Cruz, María José", "María José de la Cruz", "DE LA CRUZ,MARIA JOSE", "Cruz, Maria-Jose"]
)
def test_order_particles_and_hyphens_do_not_matter(text: str) -> None:
    """Family name first or last, with particles or without: the same tokens."""
    name = read_name(text)
    assert name.surnames == ("CRUZ",)
    assert name.givens == ("MARIA", "JOSE")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Al-Mutairi, Lay1a", (("MUTAIRI",), ("LAYLA",))),
        ("M0rales, Jo5e", (("MORALES",), ("JOSE",))),
        ("Smith, John 2nd", (("SMITH",), ("JOHN",))),
        ("Unit 7, 40", (("UNIT", "7"), ("40",))),
    ],
)
def test_digits_in_a_name_are_the_letters_a_scanner_took_for_them(
    text: str, read: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    """A digit beside letters is read by its shape; a number alone stays one."""
    name = read_name(text)
    assert (name.surnames, name.givens) == read


@pytest.mark.parametrize(
    "text", ["Abd al-Aziz, Khalid", "Abdelaziz, Khalid", "Abdul Aziz, Khalid", "Abd El Aziz, Khalid"]
)
def test_abd_compounds_are_one_token(text: str) -> None:
    """Four ways to write one Arabic compound name."""
    assert read_name(text).surnames == ("ABDAZIZ",)


@pytest.mark.parametrize("text", ["Nasr Allah, Sami", "Nasrallah, Sami", "Nasralla, Sami"])
def test_compounds_with_god_are_one_token(text: str) -> None:
    """Written together or apart."""
    assert read_name(text).surnames == ("NASRALLAH",)


def test_a_particle_alone_is_a_family_name() -> None:
    """Le and Van are family names when nothing follows them."""
    assert read_name("Le, An").surnames == ("LE",)
    assert read_name("Van, Thi").surnames == ("VAN",)


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("Smith, John, Jr.", "2"),
        ("John Smith II", "2"),
        ("Smith Sr, John", "1"),
        ("Smith, John", ""),
        ("John Smith, Jr.", "2"),
        ("John Smith, III", "3"),
        ("Smith, Jr., John", "2"),
    ],
)
def test_generations_are_read(text: str, suffix: str) -> None:
    """Junior, senior and numerals, wherever they stand."""
    name = read_name(text)
    assert (name.surnames, name.givens, name.suffix) == (("SMITH",), ("JOHN",), suffix)


def test_a_generation_alone_is_no_given_name_and_junior_is_one() -> None:
    """Twenty-six thousand people are called Junior; nobody is called Jr."""
    assert (read_name("Garcia, Junior").givens, read_name("Garcia, Junior").suffix) == (("JUNIOR",), "")
    assert (read_name("Garcia, Jr").givens, read_name("Garcia, Jr").suffix) == ((), "2")
    assert read_name("de la Cruz, Jr.")[:3] == (("CRUZ",), (), "2")
    assert levels("Garcia, Junior", "Garcia, Michael")["given"] == "different"


@pytest.mark.parametrize("given", ["Ben James", "Al James", "Ed James", "Van James", "De Shawn"])
def test_a_particle_before_a_given_name_is_a_given_name(given: str) -> None:
    """Twins of one second name are not one person; behind a given name, and before a family name, it is a particle."""
    assert read_name(f"Carter, {given}").givens == tuple(given.upper().split())
    assert levels("Carter, Al James", "Carter, Ben James")["given"] == "different"
    assert levels("Carter, De Shawn", "Carter, Deshawn")["given"] == "joined"
    assert read_name("Garcia, Maria de los Angeles").givens == ("MARIA", "ANGELES")
    assert read_name("Omar, Al Masri").givens == ("MASRI",)


@pytest.mark.parametrize("filler", ["NMN", "NMI", "unk", "(none)"])
def test_what_stands_for_no_middle_name_is_none(filler: str) -> None:
    """It agrees with nothing and differs from nothing."""
    assert levels(f"Smith, John {filler}", "Smith, John Paul") == {"surname": "exact", "given": "exact"}
    assert read_name(f"Smith, John {filler}").joined_given == "JOHN"


def test_articles_come_off_rare_names_only() -> None:
    """Almasri loses its article; Alvarez has none."""
    assert without_article("ALMASRI") == "MASRI"
    assert without_article("ALVAREZ") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GONZALEZ", "GONSALES"),
        ("YUSUF", "YOUSSEF"),
        ("SERGEI", "SERGEY"),
        ("IVANOV", "IVANOFF"),
        ("XU", "HSU"),
        ("LEE", "LI"),
        ("VASQUEZ", "VAZQUEZ"),
        ("GADDAFI", "QADHAFI"),
        ("STEPHEN", "STEVEN"),
        ("XIMENEZ", "JIMENEZ"),
    ],
)
def test_spellings_of_one_sound_share_a_code(one: str, other: str) -> None:
    """Romanisations and Spanish spellings meet in one code."""
    assert set(sound_codes(one)) & set(sound_codes(other))


@pytest.mark.parametrize(("one", "other"), [("SMITH", "JONES"), ("LEE", "LO"), ("KIM", "KHAN")])
def test_different_sounds_have_different_codes(one: str, other: str) -> None:
    """A code that joins everything finds nothing."""
    assert not set(sound_codes(one)) & set(sound_codes(other))


def test_codes_exist_for_other_scripts() -> None:
    """A script without a table is compared letter by letter, not dropped."""
    assert skeleton("محمد") == "محمد"
    assert metaphone("محمد") == ""


def test_nicknames_meet_through_the_formal_name() -> None:
    """Bob and Rob are both Robert; Alexander and Alexandra stay apart."""
    assert are_variants("BOB", "ROBERT")
    assert are_variants("BOB", "ROB")
    assert are_variants("PACO", "FRANCISCO")
    assert not are_variants("ALEXANDER", "ALEXANDRA")
    assert formal_of("ZZZZ") == ()


def test_token_levels() -> None:
    """One letter is close, two alike similar, else different; short names need to be equal."""
    assert compare_tokens("SMITH", "SMYTH") == "close"
    assert compare_tokens("LIU", "LIM") == "different"
    assert compare_tokens("KARPENKO", "KARPACHENKO") in ("close", "similar")
    assert compare_tokens("SMITH", "WALKER") == "different"


@pytest.mark.parametrize(
    ("asked", "held", "surname", "given"),
    [
        ("Garcia Lopez, Juan", "Garcia-Lopez, Juan", "exact", "exact"),
        ("Garcia Lopez, Juan", "Lopez, Juan", "part", "exact"),
        ("Garcia Lopez, Juan", "Lopez Garcia, Juan", "part", "exact"),
        ("De La Cruz, Ana", "Delacruz, Ana", "exact", "exact"),
        ("Al-Masri, Omar", "Almasri, Umar", "exact", "variant"),
        ("Masri, Omar", "Almasri, Omar", "variant", "exact"),
        ("Park, Ji Woo", "Pak, Jiwoo", "variant", "joined"),
        ("Smith, Robert", "Smith, Bob", "exact", "variant"),
        ("Smith, Robert", "Smith, R", "exact", "initial"),
        ("Smith, R", "Smith, R", "exact", "initial"),
        ("Smith, John Robert", "Smith, Robert", "exact", "crossed"),
        ("Smith, John", "Smith, Mary", "exact", "different"),
    ],
)
def test_name_levels(asked: str, held: str, surname: str, given: str) -> None:
    """Each way names differ has its level."""
    found = levels(asked, held)
    assert (found["surname"], found["given"]) == (surname, given)


def test_swapped_order_is_read_where_the_names_do_not_agree_as_written() -> None:
    """Nguyen Minh and Minh Nguyen may be one name, and as written they share none."""
    assert levels("Nguyen, Minh", "Minh, Nguyen")["order"] == "swapped"
    assert "order" not in levels("Nguyen, Minh", "Nguyen, Nguyen")
    assert (
        levels("Pham, Tam-Phat", "Tam Phat, Pham")["order"] == "swapped"
    )  # Pham is like Phat, and Pham is the same


def test_one_part_in_swapped_order_is_told_with_the_other_that_differs() -> None:
    """Who married may have been written the other way round too: the given name is the same, and the names disagree."""
    found = levels("Johnna, Wedemeyer", "Walton, Johnna")
    assert found == {"surname": "different", "given": "exact", "order": "swapped"}
    assert levels("Nguyen, Minh", "Minh, Tran") == {"surname": "exact", "given": "different", "order": "swapped"}
    assert "order" not in levels("Johnna, Wedemeyer", "Walton, Johanna")  # only alike: not the same name
    assert "order" not in levels("Nguyen, Minh", "Tran, Mai")


def test_middle_names_and_suffixes_are_compared_when_both_have_them() -> None:
    """A missing middle name or suffix says nothing."""
    assert levels("Smith, John Paul", "Smith, John Peter")["middle"] == "different"
    assert levels("Smith, John Paul", "Smith, John P")["middle"] == "initial"
    assert "middle" not in levels("Smith, John Paul", "Smith, John")
    assert levels("Smith, John Jr", "Smith, John Sr")["suffix"] == "conflict"
    assert "suffix" not in levels("Smith, John Jr", "Smith, John")


def test_a_wildcard_compares_the_beginning() -> None:
    """A trailing star matches what it begins."""
    asked = asked_names(PersonSubject(family="Gonz*", given="Mar*", birth_date="1980"))[0]
    judge = NameJudge()
    terms = judge.terms(asked, read_name("Gonzalez, Maria"))
    assert [term.level for term in terms] == ["prefix", "prefix"]
    assert judge.terms(asked, read_name("Garza, Maria"))[0].level == "different"


def test_middle_initials_that_differ_and_middle_names_that_agree() -> None:
    """Initials and whole middle names each have their level."""
    assert levels("Smith, John Paul", "Smith, John Q")["middle"] == "different"
    assert levels("Smith, John Paul", "Smith, John Paul")["middle"] == "exact"
    assert levels("Smith, John Paul", "Smith, Mary Paul")["middle"] == "exact"


def test_articles_do_not_join_different_names() -> None:
    """Almasri is not Alzahrani, with or without articles."""
    assert levels("Almasri, Omar", "Alzahrani, Omar")["surname"] == "different"
    assert levels("Ghamdi, Omar", "Alghamdi, Omar")["surname"] == "variant"


@pytest.mark.parametrize("held", [", Minh", ", Nguyen"])
def test_swapped_order_needs_both_parts(held: str) -> None:
    """A record with one part is not read the other way."""
    assert "order" not in levels("Nguyen, Minh", held)


def test_one_name_alone_may_be_the_given_name() -> None:
    """Who gives one name gave the family name or the given name; initials beside it change nothing."""
    assert (
        levels("Minh", "Nguyen, Minh") == levels("Nguyen, Minh", "Minh") == {"given": "exact", "order": "swapped"}
    )
    assert levels("Robert", "Smith, Bob")["given"] == "variant"
    assert levels("Minh, T", "Nguyen, Minh Tuan")["given"] == "exact"
    assert levels("Minh", "Tran, Nguyen") == {"surname": "different"}
    assert levels("Nguyen", "Nguyen, Nguyen") == {"surname": "exact"}


def test_a_second_syllable_counts_once() -> None:
    """Where only the given names written as one are alike, the second has been told already."""
    assert levels("Nguyen, Bao Minhtri", "Nguyen, Ho Minhtri") == {"surname": "exact", "given": "similar"}
    assert levels("Chen, Jun Hao", "Chen, Jin Hao")["middle"] == "exact"


def test_a_lone_initial_is_that_of_the_second_name_where_there_are_two() -> None:
    """`Smith, R` may be Mark R. Smith; beside one given name it is that name's."""
    assert levels("Smith, R", "Smith, Mark Robert") == {"surname": "exact", "middle": "initial"}
    assert levels("Smith, Mark R", "Smith, R") == {"surname": "exact", "middle": "initial"}
    assert levels("Smith, R", "Smith, Mark Jay")["middle"] == "different"
    assert levels("Smith, R", "Smith, Robert")["given"] == "initial"


@pytest.mark.parametrize("filler", ["FNU", "Baby Girl", "unknown", "Refused", "Male Child", "Son of"])
def test_a_filler_is_no_name(filler: str) -> None:
    """What is written for a name that is not known neither agrees nor differs, on either side."""
    assert levels(f"Smith, {filler}", f"Smith, {filler}") == {"surname": "exact"}
    assert levels(f"Smith, {filler}", "Smith, John") == {"surname": "exact"}
    assert levels("Smith, John", f"{filler}, John") == {"given": "exact"}


@pytest.mark.parametrize("filler", ["Lady of", "Gentlemen", "Child F", "Mother", "Person"])
def test_a_part_in_the_house_is_no_given_name(filler: str) -> None:
    """Beside a family name; as a family name most of them are one."""
    assert levels(f"Smith, {filler}", "Smith, John") == {"surname": "exact"}
    assert levels("Person, John", "Person, John") == {"surname": "exact", "given": "exact"}


def test_fillers_are_nobodys_names() -> None:
    """No listed filler of one word is a name of the Census lists, and a name with a filler's word is a name."""
    givens, surnames = frequencies.given_shares().keys(), frequencies.surname_shares().keys()
    assert all(len(words) > 1 or words[0] not in givens | surnames for words in family_fillers())
    assert all(len(words) > 1 or words[0] not in givens for words in given_fillers())
    assert family_fillers() < given_fillers()
    assert levels("Son, Hyun", "Son, Hyun") == {"surname": "exact", "given": "exact"}
    assert levels("Child, Lee", "Child, Lee") == {"surname": "exact", "given": "exact"}


def test_names_ending_in_ow_sound_like_their_other_endings() -> None:
    """Ivanow, Ivanoff, Ivanov."""
    assert skeleton("IVANOW") == skeleton("IVANOFF") == skeleton("IVANOV")


def test_a_record_without_a_family_name_compares_the_given_name_only() -> None:
    """What is not given is not compared."""
    assert levels("Nguyen, Minh", ", Minh") == {"given": "exact"}


def test_missing_parts_are_not_compared() -> None:
    """A family name alone gives no given-name term."""
    assert levels("Smith", "Smith, John") == {"surname": "exact"}


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ("Cahoon, Thomas Jesse", True),
        ("CAHOON, THOMAS", True),
        ("Cannon, Thomas Gregory", False),
        ("Cahoon, Tom", False),
        ("Cahoon", False),
        ("Calhoun, Thomas", False),
    ],
)
def test_a_namesake_bears_the_very_name(held: str, expected: bool) -> None:
    """People whose names only sound or look alike are not shown as namesakes."""
    assert bears_the_name(PersonSubject(family="Cahoon", given="Thomas"), (held,)) is expected


ASKED_PARTS = ("Smith", "Almasri", "El Sayed", "Abd al Aziz", "Garcia Lopez", "Li", "O", "Walker-Smith", "Smi*")
GIVEN_PARTS = ("William", "Bob", "J", "Maria Jose", "Mary J", "Wei Ming Tao", "A B", "Will*", "", "Tran Jr")
HELD_PARTS = (
    "Smyth", "Masri", "Al-Masri", "Said", "Elsaied", "Abdelaziz", "Lopez", "Lee", "Kowalski", "Nguyen", "Bil", "Hahn",
    "Walker", "O", "W", "Mary", "Jose", "Robert Lee Ann Q", "Ming", "Quach", "Brown", "Jovanovic III", "FNU", "",
)  # fmt: skip


@given(
    asked=st.lists(st.tuples(st.sampled_from(ASKED_PARTS), st.sampled_from(GIVEN_PARTS)), min_size=1, max_size=2),
    held=st.lists(st.tuples(st.sampled_from(HELD_PARTS), st.sampled_from(HELD_PARTS)), min_size=1, max_size=6),
)
def test_what_a_judge_remembers_changes_nothing(asked: list[tuple[str, str]], held: list[tuple[str, str]]) -> None:
    """Whatever was compared before: articles, initials, beginnings, forms and single names among them."""
    subjects = [PersonSubject(family=family, given=first, birth_date="1984") for family, first in asked]
    names = [name for subject in subjects for name in asked_names(subject)]
    texts = [f"{family}, {first}" if first else family for family, first in held]
    judge = NameJudge()
    for one in (*names, *names):
        for text in texts:
            assert judge.terms_of(one, text) == NameJudge().terms(one, read_name(text))
            assert judge.read(text) == read_name(text)


def test_a_judge_of_levels_counts_nobody() -> None:
    """The same levels with a share of 0, whatever the name."""
    one, other = read_name("Smith, John"), read_name("Smyth, Jon")
    terms, levels = NameJudge().terms(one, other), NameJudge.of_levels().terms(one, other)
    assert [term[:2] for term in terms] == [term[:2] for term in levels]
    assert {term.share for term in levels} == {0.0} != {term.share for term in terms}
