"""Synthetic people and questions about them, with labelled errors, for training and measuring the matcher.

Five name origins. English names follow the Census frequencies shipped with `comity.match`; the others are drawn
from lists and spelling templates written here, which are not the tables the matcher uses. Every question is one
person seen through independent clerical noise; every noise has a name, so that results can be told apart by it.
Seeds decide everything.
"""

from __future__ import annotations

import bisect
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import accumulate

from comity.match import frequencies
from comity.match.person import Candidate
from comity.model.codes import IdentifierKind, Sex
from comity.model.query import Identifier, PersonSubject

ORIGINS = ("english", "spanish", "asian", "arabic", "slavic")
MOST_TRIES = 50  # noise rarely makes an impossible question; fifty in a row means it is too strong
MIX = (50, 20, 12, 10, 8)  # of the file; questions are drawn equally, so that every group is measured


def names(text: str) -> list[str]:
    """Names of one list."""
    return text.split()


SPANISH_SURNAMES = names(
    "Garcia Rodriguez Martinez Hernandez Lopez Gonzalez Perez Sanchez Ramirez Torres Flores Rivera Gomez "
    "Diaz Cruz Reyes Morales Ortiz Gutierrez Chavez Ramos Mendoza Ruiz Castillo Alvarez Jimenez Romero "
    "Vasquez Moreno Herrera Medina Fernandez Aguilar Vargas Castro Guzman Mendez Munoz Salazar Soto Garza "
    "Santos Pena Alvarado Delgado Nunez Rios Contreras Guerrero Estrada Ortega Sandoval Valdez Maldonado "
    "Vega Dominguez Mejia Rojas Espinoza Luna Marquez Acosta Padilla Figueroa Juarez Molina Navarro Avila "
    "Cortez Campos Miranda Ayala Duran Carrillo Cabrera Leon Lara Fuentes Robles Salinas Solis Cisneros "
    "Cardenas Zuniga Villarreal Trevino Orozco Rosales Macias Velasquez Villanueva Bautista Quintero Camacho "
    "Ibarra Cervantes Arroyo Galvan Escobar Barrera Calderon Zamora Serrano Trujillo Rangel Rosas Pacheco "
    "Murillo Montoya Ochoa Valencia Velez Meza Arias Benitez Bravo Tapia Aguirre Alarcon Alcala Alfaro "
    "Almanza Amaya Andrade Angulo Aponte Aragon Aranda Arce Arellano Arevalo Armenta Arredondo Arriaga "
    "Avalos Baez Banuelos Barajas Barrios Barron Becerra Beltran Berrios Bonilla Burgos Bustamante Bustos "
    "Caballero Caceres Calvillo Cano Cantu Carranza Carrasco Casas Casillas Castaneda Castellanos Ceballos "
    "Cedillo Ceja Cerda Cevallos Chacon Chavarria Colon Cordero Cordova Corona Coronado Corral Cortes "
    "Covarrubias Crespo Cuellar Cuevas Davila Delarosa Deleon Delacruz Delatorre Enriquez Escalante Escobedo "
    "Esparza Espinosa Esquivel Farias Felix Franco Frias Gaitan Galindo Gallardo Gallegos Gamboa Gaona Garay "
    "Garibay Godinez Granados Guardado Guerra Guevara Guillen Gurrola Haro Henriquez Hidalgo Hinojosa Huerta "
    "Hurtado Infante Iniguez Jaimes Jaramillo Lemus Leyva Limon Linares Llamas Loera Longoria Lovato Lozano "
    "Lucero Lujan Luevano Madrid Madrigal Magallanes Magana Manzo Mares Mata Mayorga Melendez Mena Mercado "
    "Merino Montes Mora Mota Naranjo Nava Negrete Nieto Nieves Novoa Ocampo Olivares Olvera Ontiveros "
    "Orellana Oropeza Osorio Otero Pagan Palacios Palomino Paredes Parra Partida Paz Pedraza Peralta Pineda "
    "Pinon Ponce Portillo Prado Preciado Puente Puga Quezada Quintana Quiroz Ramon Raya Razo Rendon Renteria "
    "Resendez Reyna Rico Rincon Rivas Robledo Rocha Rojo Roldan Roman Rosado Rosario Rubio Saavedra Saenz "
    "Saldana Salcedo Saldivar Salgado Samaniego Santana Santillan Saucedo Segura Sepulveda Serna Sierra "
    "Silva Sosa Sotelo Suarez Tafoya Tejada Tello Tellez Terrazas Tirado Toledo Tovar Ulloa Urbina Uribe "
    "Valadez Valdes Valdivia Valdovinos Valle Vallejo Varela Vela Venegas Vera Vergara Victoria Vidal Viera "
    "Villa Villalobos Villegas Yanez Ybarra Zambrano Zapata Zaragoza Zavala Zepeda"
)
SPANISH_MEN = names(
    "Jose Juan Luis Carlos Jesus Miguel Jorge Francisco Antonio Manuel Alejandro Roberto Eduardo Ricardo "
    "Fernando Javier Rafael Mario Sergio Pedro Ramon Raul Enrique Alberto Hector Oscar Arturo Victor Daniel "
    "Angel Ruben Jaime Gerardo Salvador Guillermo Alfredo Armando Ernesto Julio Cesar Gustavo Hugo Ignacio "
    "Pablo Andres Diego Felipe"
)
SPANISH_WOMEN = names(
    "Maria Guadalupe Rosa Ana Carmen Patricia Leticia Silvia Gloria Martha Veronica Elena Teresa Margarita "
    "Alejandra Claudia Norma Sandra Adriana Irma Yolanda Laura Araceli Monica Blanca Esperanza Lourdes "
    "Beatriz Alicia Gabriela Juana Cristina Isabel Josefina Mariana Daniela Karla Lucia Sofia Fernanda "
    "Dolores Rocio Consuelo Graciela"
)
ASIAN_SURNAMES = names(
    "{Zhang,Chang,Cheung} {Wang,Wong} {Li,Lee} {Chen,Chan} {Liu,Lau} {Huang,Wong,Hwang} {Zhao,Chao} {Wu,Ng} "
    "{Zhou,Chou,Chow} {Xu,Hsu} {Sun,Suen} {Lin,Lam,Lim} {Guo,Kuo,Kwok} {Zheng,Cheng} {Xie,Hsieh} {Tang,Tong} "
    "{Park,Pak,Bak} {Kim,Gim} {Choi,Choe} {Jung,Jeong,Chung} {Kang,Gang} {Cho,Jo} {Yoon,Yun} {Shin,Sin} "
    "{Kwon,Gwon} Nguyen Tran Le Pham {Huynh,Hoang} Vo Dang Bui Do Ngo Duong Truong Dinh Trinh Luong Vuong "
    "{Phan,Fan} Mai Ho {Cai,Tsai,Choi} {Jiang,Chiang} {Ye,Yip} Yang {Yu,Yue} {Feng,Fung} {He,Ho} {Gao,Kao} "
    "{Ma,Mah} Song {Lu,Loo}"
)
ASIAN_SYLLABLES = names(
    "{Xiao,Hsiao} Ming {Jian,Chien} {Hui,Hwei} {Mei,May} Ling {Wei,Wai} {Jing,Ching} Hong Yan Li Fang "
    "{Jun,Joon} {Young,Yeong} {Hyun,Hyeon} {Sung,Seong} Min {Soo,Su} {Kyung,Gyeong} Ji {Hee,Hui} Woo "
    "{Eun,Un} Thi Van Minh Anh Thanh Hoa Lan Tuan Quang Duc Phuong Thuy Ngoc Bao Khanh Kim Xuan Hao Yi Zhi "
    "Xin Cheng Feng Tao Bo Lei Na Ying Chun Jie Jun Kai Mao Nan Peng Qi Rong Shan Ting Wen Xiang Yu Ze Zhen "
    "Bin Chang Dan Dong En Fu Gang Guang Hai Hyo In Jae Kwang Mi Nam Sang Seok Tae Won Yeon Binh Chau Dao "
    "Dung Giang Ha Hien Khoa Linh Loan My Nga Nhung Phuc Quynh Son Tam Thao Trang Trung Tu Vinh Yen"
)
ARABIC_SURNAMES = (
    "{Al-,El-,Al ,El,Al,}Mas{ri,ry} {Al-,El-,}{Kh,K}{ou,u,oo}r{i,y} Hadd?ad {Al-,El ,}Naj{j,}ar "
    "{Al-,}Ta{kr,qr}iti Qas{i,se}m {Al-,}Q{u,o}r{ai,ei,e}sh{i,y} Sha{ikh,hin} {Al-,}Ha{sh,ch}{i,e}m{i,y} "
    "Nasr?{allah,ala,alla} Ab{de,du}l?rahman {Abd al-,Abdel,Abdul,Abdel }Aziz {Abd al-,Abdul,Abdel}karim "
    "{Abdul ,Abdel ,Abd El }Hamid {Al-,Al,}{S,Z}ayed {Al-,}Ansar{i,y} Mans{ou,u,oo}r S{al,aal}{e,i}h "
    "Ham{da,dae}n Ibrah{i,ee}m {Y,I}{ou,u}s{s,}{e,u}f {Al-,El,}Sha{r,rr}{i,ee}f {Kh,K}al{i,ee}l Hass?an "
    "H{u,o}ss?{ei,ai}n Mahm{ou,u,oo}d Ahm{a,e}d {Al-,}Zahran{i,y} {Al-,Al,}Ghamd{i,y} {Al-,}Har{b,bi} "
    "Darw{i,ee}sh Barakat Sab{ba,a}gh Ha{l,ll}ab{i,y} {Al-,}Tam{i,ee}m{i,y} Rahm{a,aa}n"
)
ARABIC_MEN = (
    "M{o,u}ham{m,}{e,a}d Ahm{e,a}d Mahm{ou,u,oo}d Hass?an H{u,o}ss?{ei,ai}n {O,U}mar Al{i,y} {Kh,K}al{i,e}d "
    "Y{ou,u}s{s,}{e,u}f Ibrah{i,ee}m Tar{i,e}{q,k} Wal{i,ee}d S{a,}am{i,ee}r Kar{i,ee}m Ram{i,y} Fa{i,y}sal "
    "Must{a,}f{a,ah} Nass?{e,i}r Jam{a,aa}l {Ab,Ub}d{u,a}ll?ah Sa{ee,i,ye}d Am{i,ee}r Am{i,ee}n Bas?{i,e}m "
    "Has{i,ee}b {Abd al-,Abdul,Abdel,Abdul }Rahman {Abd al-,Abdul,Abdel}Rah{i,ee}m Nab{i,ee}l Rash{i,ee}d "
    "Ziy{a,aa}d Hat{i,e}m"
)
ARABIC_WOMEN = (
    "Fat{i,}ma{,h} A{i,y,ye}sha Ma{r,ri}{y,i}am Za{i,y}n{a,e}b L{ay,ei,ai}la N{ou,oo,u}r Hal{a,ah} Hu{d,dd}a "
    "Amal Ran{i,iy}a Sal{ma,mah} Dal{ia,ya} Kha{d,dd}{i,ee}ja Yas{mi,mee}n S{a,aa}ra{,h} R{ee,i}m "
    "Sam{i,ee}ra Na{d,j}ia Iman"
)
SLAVIC_STEMS = names(
    "Ivan Petr Smirn Kuzn Sokol Pop Lebed Kozl Novik Moroz Volk Solov Vasil Zaits Pavl Semen Golub Bogdan "
    "Vorob Fedor Mikhail Bel Taras Komar Orl Kisel Makar Andre Koval Il Gus Tit Kuzm Kudr Baran Kulik Alekse "
    "Step Yakov Sorok Serge Roman Zakhar Boris Korol Gerasim Ponomar Grigor Lazar Medved Ersh Nikit Sobol "
    "Ryab Polyak Tsvet Danil Zhuk Frol Zhurav Nikol Krylo Maksim Sid Osip Belous Fedot Dorof Egor Matve Bobr "
    "Dmitr Kal Anis Petukh Anton Timof Nikif Veselo Filip Mark Bolsh Sukhan Mir Shir Aleksandr Konoval Shest "
    "Kazak Efim Den Grom Fom Davyd Meln Shcherb Blin Kolesn Karp Afanas Vlas Masl Isak Tikhon Aksen Gavr "
    "Rodion Kot Gorb Kudrya Byk Zuy Tret Savel Pan Ryk Abram Vor Evs Chern Krav Shevch Bond Tkach Rud Savch "
    "Lys March Klym Havryl Bondar Oliin Pono Hrits Mazur"
)
SLAVIC_ENDS = ("{ov,off,ow}", "enko", "{sky,ski,skiy,skyy}", "{ev,eff,yev}", "in", "{chuk,czuk}")
ARABIC_STEMS = names(
    "Masr Khour Hadad Najar Tikrit Qasim Quresh Hashem Ansar Mansur Saleh Hamdan Sharif Khalil Zahran Ghamd "
    "Harb Darwish Barakat Sabagh Halab Tamim Rahman Otaib Shahran Dosar Mutair Qahtan Shamm Anaz Juhan "
    "Zubaid Jubur Dulaim Obaid Janab Samarr Mosul Basr Kufr Hilal Bitar Attar Saqqaf Hariri Shami Homsi "
    "Nabuls Maqdis Tarabuls Fayyum Damanhur Minyaw Sayyad Khayyat Sabbah Nahhas Fakhour Sarraf Zayyat Asmar "
    "Ahmar Aswad Abyad Tawil Qasir Sagheer Kabir Rifa Shafi Malik Hanbal Jazair Tunis Libi Sudan Yaman "
    "Hadram Omani Kuwait"
)
SLAVIC_MEN = (
    "{S,Ser}erge{i,y} {A,O}le{ks,x}and{e,}r Dm{i,y}tr{i,y,iy} Andr{ei,ey,iy} Vladimir {Y,I}ur{i,y,ii} "
    "Nikola{i,y} Mi{kh,ch,h}ail {Y,}Evg{e,}n{y,i,iy} Vi{k,c}tor Pa{v,w}el Igor Oleg Ale{ks,x}e{i,y} "
    "Konstantin Maxim Roman Denis"
)
SLAVIC_WOMEN = (
    "{Y,}Ekaterina {Y,}Elena Natal{ia,ya,ja} Tat{ia,ya}na {Y,J,I}ulia Olga Irina Svetlana Anastas{ia,iya} "
    "Ma{r,rr}ina {K,X}s?enia Oksana Galina L{iu,yu}dmila Nadezhda Vera"
)
STREETS = names(
    "Main Oak Pine Maple Cedar Elm Washington Lake Hill Walnut Spring North Ridge Church Willow Mill Sunset "
    "Railroad Jackson Lincoln Highland Franklin River Cherry Jefferson Dogwood Madison Chestnut Adams Locust "
    "Mission Alvarado Broadway Euclid Harbor Juniper Magnolia Orchard Prospect Valencia Vermont Wilshire "
    "Yosemite Pacific Cypress"
)
TYPES = (("St", "Street"), ("Ave", "Avenue"), ("Rd", "Road"), ("Dr", "Drive"), ("Ln", "Lane"), ("Ct", "Court"))
NICKNAMES = {
    "Robert": "Bob Rob", "William": "Bill Will", "James": "Jim Jimmy", "Michael": "Mike",
    "Richard": "Rick Dick", "Joseph": "Joe Joey", "Thomas": "Tom", "Charles": "Charlie Chuck",
    "Christopher": "Chris", "Daniel": "Dan Danny", "Matthew": "Matt", "Anthony": "Tony", "Steven": "Steve",
    "Kenneth": "Ken", "Edward": "Ed Ted", "Ronald": "Ron", "Timothy": "Tim", "Jeffrey": "Jeff",
    "Nicholas": "Nick", "Jonathan": "Jon", "Samuel": "Sam", "Benjamin": "Ben", "Gregory": "Greg",
    "Alexander": "Alex", "Patrick": "Pat", "Elizabeth": "Liz Beth Betty", "Jennifer": "Jen Jenny",
    "Patricia": "Pat Patty", "Margaret": "Maggie Peggy", "Katherine": "Kate Kathy", "Deborah": "Debbie",
    "Rebecca": "Becky", "Jessica": "Jess", "Susan": "Sue", "Kimberly": "Kim", "Christina": "Tina Chris",
    "Jose": "Pepe Chepe", "Francisco": "Paco Pancho", "Jesus": "Chuy", "Guadalupe": "Lupe", "Ignacio": "Nacho",
    "Manuel": "Manny", "Guillermo": "Memo", "Roberto": "Beto", "Eduardo": "Lalo Eddie", "Enrique": "Quique",
    "Rafael": "Rafa", "Antonio": "Tony Tono", "Alejandro": "Alex", "Dolores": "Lola", "Teresa": "Tere",
    "Veronica": "Vero", "Isabel": "Chabela Isa", "Rosa": "Rosita", "Graciela": "Chela", "Consuelo": "Chelo",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Human:
    """A person as they are. Name parts are spelling templates; each writing picks a spelling."""

    number: int
    origin: str
    sex: str
    surnames: tuple[str, ...]
    givens: tuple[str, ...]
    born: date
    address: str
    ssn: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the subject, the noises applied, and the number of the right person, or None."""

    subject: PersonSubject
    origin: str
    noises: tuple[str, ...]
    right: int | None

    @property
    def evidence(self) -> str:
        """What the question gives, as one word: the class results are reported by."""
        firm = bool(self.subject.address or self.subject.identifiers)
        if len(self.subject.birth_date) == 10:
            return "name+date+more" if firm else "name+date"
        if firm:
            return "name+address or number"
        return "name+partial date" if self.subject.birth_date else "name only"


@dataclass(frozen=True, slots=True)
class Seen:
    """How a clerk saw a person: what ends up in a record or a question."""

    surname: str
    given: str
    middle: str
    birth: str
    sex: str
    address: str
    ssn: str
    noises: list[str] = field(default_factory=list)


def spell(template: str, rng: random.Random) -> str:
    """One spelling of a template: `{a,b}` picks, `x?` may drop a letter."""
    text = re.sub(r"\{([^}]*)\}", lambda found: rng.choice(found[1].split(",")), template)
    return re.sub(r"(\w)\?", lambda found: found[1] if rng.random() < 0.5 else "", text)


def templates(text: str) -> list[str]:
    """Templates of one list; a blank inside braces does not separate."""
    return re.findall(r"(?:\{[^}]*\}|\S)+", text)


def weighted(names: Sequence[tuple[str, float]]) -> Callable[[random.Random], str]:
    """A draw by weight."""
    sums = list(accumulate(weight for _, weight in names))
    return lambda rng: names[bisect.bisect(sums, rng.random() * sums[-1])][0]


def zipf(names: Sequence[str], slope: float = 0.8) -> Callable[[random.Random], str]:
    """A draw in which the first names of a list are the common ones."""
    return weighted([(name, 1.0 / (rank + 3) ** slope) for rank, name in enumerate(names)])


class Pools:
    """Draws of surnames and given names by origin."""

    def __init__(self) -> None:
        other = {
            re.sub(r"\W", "", name).upper() for name in (*SPANISH_SURNAMES, *" ".join(ASIAN_SURNAMES).split())
        }
        surnames = [(name.title(), float(n)) for name, n in frequencies.surnames() if name not in other]
        men = [(name.title(), n * share / 100) for name, n, share in frequencies.first_names()]
        women = [(name.title(), n * (100 - share) / 100) for name, n, share in frequencies.first_names()]
        # a nisba, a listed name, or a father's given name
        arabic = [
            *templates(ARABIC_SURNAMES),
            *(f"{{Al-,El-,Al,El,}}{stem}{{i,y}}" for stem in ARABIC_STEMS),
            *templates(ARABIC_MEN),
        ]
        syllables = zipf(ASIAN_SYLLABLES, 0.4)
        self.surname = {
            "english": weighted(surnames),
            "spanish": zipf(SPANISH_SURNAMES),
            "asian": zipf(ASIAN_SURNAMES),
            "arabic": zipf(arabic, 0.3),
            "slavic": zipf([stem + end for end in SLAVIC_ENDS for stem in SLAVIC_STEMS], 0.3),
        }
        self.given = {
            ("english", "M"): weighted(men), ("english", "F"): weighted(women),
            ("spanish", "M"): zipf(SPANISH_MEN), ("spanish", "F"): zipf(SPANISH_WOMEN),
            ("asian", "M"): syllables, ("asian", "F"): syllables,
            ("arabic", "M"): zipf(templates(ARABIC_MEN)), ("arabic", "F"): zipf(templates(ARABIC_WOMEN), 0.5),
            ("slavic", "M"): zipf(templates(SLAVIC_MEN), 0.5), ("slavic", "F"): zipf(templates(SLAVIC_WOMEN), 0.5),
        }  # fmt: skip


def make_people(count: int, seed: int, origin: str | None = None, first: int = 0) -> list[Human]:
    """`count` people; every seventh shares surname and address with the one before (a household)."""
    rng = random.Random(f"people {seed} {origin}")
    pools = Pools()
    people: list[Human] = []
    for number in range(first, first + count):
        kind = origin or rng.choices(ORIGINS, MIX)[0]
        person = make_person(number, kind, pools, rng)
        if people and number % 7 == 0 and people[-1].origin == kind:
            person = replace(person, surnames=people[-1].surnames, address=people[-1].address)
        people.append(person)
    return people


def make_person(number: int, origin: str, pools: Pools, rng: random.Random) -> Human:
    sex = rng.choice("MF")
    surnames = [pools.surname[origin](rng)]
    plain = "{" not in surnames[0] and "?" not in surnames[0]
    if origin == "spanish" and rng.random() < 0.55:
        surnames.append(pools.surname[origin](rng))
    if len(surnames) == 1 and plain and rng.random() < 0.1:
        surnames[0] = mutate(surnames[0], rng)  # rare names exist
    givens = [pools.given[origin, sex](rng)]
    if origin == "asian" or rng.random() < 0.6:
        givens.append(pools.given[origin, sex](rng))
    born = date(1940, 1, 1) + timedelta(days=rng.randrange(66 * 365))
    if origin in ("arabic", "slavic", "asian") and rng.random() < 0.05:
        born = born.replace(month=1, day=1)
    unit = f" Apt {rng.randrange(1, 40)}" if rng.random() < 0.25 else ""
    address = (
        f"{rng.randrange(1, 2999)} {rng.choice(STREETS)} {rng.choice(TYPES)[0]}{unit}, "
        f"Springfield, CA 9{rng.randrange(1000, 6000)}"
    )
    ssn = f"{rng.randrange(1, 665):03}{rng.randrange(1, 99):02}{rng.randrange(1, 9999):04}"
    return Human(number, origin, sex, tuple(surnames), tuple(givens), born, address, ssn)


def mutate(text: str, rng: random.Random) -> str:
    """One clerical slip: a letter wrong, dropped, doubled or exchanged with its neighbour."""
    if len(text) < 3:
        return text
    place = rng.randrange(1, len(text) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:place] + rng.choice("abcdefghijklmnoprstuvwyz") + text[place + 1 :]
    if kind == 1:
        return text[:place] + text[place + 1 :]
    if kind == 2:
        return text[:place] + text[place] + text[place:]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def see(person: Human, rng: random.Random, noise: float) -> Seen:
    """A person as a clerk writes them down; `noise` 1.0 for questions, 0.25 for the file."""
    noises: list[str] = []

    def happens(kind: str, chance: float) -> bool:
        hit = rng.random() < chance * noise
        if hit:
            noises.append(kind)
        return hit

    surname = _see_surname(person, rng, happens)
    given, middle = _see_given(person, rng, happens)
    if happens("swapped order", 0.12 if person.origin in ("asian", "arabic") else 0.03) and " " not in surname:
        surname, given = given, surname
    return Seen(
        surname=surname,
        given=given,
        middle=middle,
        birth=_see_birth(person.born, rng, happens),
        sex="" if happens("sex missing", 0.15) else person.sex,
        address=_see_address(person, rng, happens),
        ssn=_see_ssn(person.ssn, rng, happens),
        noises=noises,
    )


Happens = Callable[[str, float], bool]


def _see_surname(person: Human, rng: random.Random, happens: Happens) -> str:
    if person.sex == "F" and person.origin == "english" and happens("married name", 0.06):
        return rng.choice(frequencies.surnames()[:2000])[0].title()
    parts = [spell(template, rng) for template in person.surnames]
    if len(parts) == 2:
        one, two = parts
        surname = rng.choice((f"{one} {two}", f"{one} {two}", f"{one}-{two}", one, one, two, f"{two} {one}"))
    else:
        surname = parts[0]
    return mutate(surname, rng) if happens("surname slip", 0.15) else surname


def _see_given(person: Human, rng: random.Random, happens: Happens) -> tuple[str, str]:
    given = spell(person.givens[0], rng)
    middle = spell(person.givens[1], rng) if len(person.givens) > 1 else ""
    if person.origin == "asian":
        style = rng.randrange(3)
        joined = (f"{given} {middle}", f"{given}{middle.lower()}", f"{given}-{middle}")[style]
        return (mutate(joined, rng) if happens("given slip", 0.15) else joined), ""
    if given in NICKNAMES and happens("nickname", 0.35):
        given = rng.choice(NICKNAMES[given].split())
    elif happens("given slip", 0.15):
        given = mutate(given, rng)
    elif happens("given initial", 0.03):
        given = given[0]
    if middle and rng.random() < 0.6:
        middle = middle[0] if rng.random() < 0.6 else ""
    if middle and happens("middle as given", 0.02):
        given, middle = middle, given
    return given, middle


def _see_birth(born: date, rng: random.Random, happens: Happens) -> str:
    if happens("no birth date", 0.10):
        return ""
    if born.day <= 12 and happens("day and month swapped", 0.06 * 2.5):
        born = born.replace(month=born.day, day=born.month)
    if happens("date digit", 0.08):
        born = _slip_date(born, rng)
    if happens("year off", 0.04):
        born = born.replace(year=born.year + rng.choice((-10, -1, 1, 10)), day=min(born.day, 28))
    if happens("year only or 1 January", 0.04):
        return rng.choice((str(born.year), f"{born.year}-{born.month:02}", f"{born.year}-01-01"))
    return born.isoformat()


def _slip_date(born: date, rng: random.Random) -> date:
    digits = list(born.strftime("%Y%m%d"))
    for _ in range(20):
        trial = digits.copy()
        trial[rng.randrange(2, 8)] = str(rng.randrange(10))
        text = "".join(trial)
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            continue
    return born


def _see_address(person: Human, rng: random.Random, happens: Happens) -> str:
    if happens("no address", 0.5):
        return ""
    if happens("moved", 0.15):
        return f"{rng.randrange(1, 2999)} {rng.choice(STREETS)} {rng.choice(TYPES)[0]}, Springfield, CA 93001"
    address = person.address
    if " Apt " in address and happens("unit missing", 0.3):
        address = re.sub(r" Apt \d+", "", address)
    for short, long in TYPES:
        if rng.random() < 0.3:
            address = address.replace(f" {short},", f" {long},")
    return address


def _see_ssn(ssn: str, rng: random.Random, happens: Happens) -> str:
    if happens("no number", 0.85):
        return ""
    if happens("number slip", 0.06):
        place = rng.randrange(9)
        if rng.random() < 0.3 and place < 8:
            ssn = ssn[:place] + ssn[place + 1] + ssn[place] + ssn[place + 2 :]
        else:
            ssn = ssn[:place] + str(rng.randrange(10)) + ssn[place + 1 :]
    return ssn


def file_records(people: Sequence[Human], seed: int) -> list[Candidate]:
    """The file: every person once, seen with a quarter of the noise."""
    rng = random.Random(f"file {seed}")
    return [as_candidate(str(person.number), see(person, rng, 0.25)) for person in people]


def as_candidate(number: str, seen: Seen) -> Candidate:
    values = {
        "name": f"{seen.surname}, {seen.given} {seen.middle}".strip(),
        "birth-date": seen.birth,
        "sex": seen.sex,
        "home-address": seen.address,
        "ssn": seen.ssn,
    }
    return Candidate(
        record_id=number, person_key="p", values={name: (text,) for name, text in values.items() if text}
    )


def make_questions(
    people: Sequence[Human], count: int, seed: int, absent: float = 0.43, doubles: float = 0.05
) -> list[Asked]:
    """Questions, the origins in equal parts, a share of `absent` about people who are not in the file.

    Of the absent, a share of `doubles` has the whole name of someone who is (a relative, or a common name).
    """
    rng = random.Random(f"questions {seed}")
    pools = Pools()
    by_origin = {origin: [one for one in people if one.origin == origin] for origin in ORIGINS}
    found: list[Asked] = []
    for place in range(count):
        origin = ORIGINS[place % len(ORIGINS)]
        if rng.random() < absent:
            person, right = make_person(-1, origin, pools, rng), None
            if rng.random() < doubles and by_origin[origin]:  # a relative or a double: same name, another person
                double = rng.choice(by_origin[origin])
                person = replace(person, surnames=double.surnames, givens=double.givens, sex=double.sex)
        else:
            person = rng.choice(by_origin[origin])
            right = person.number
        found.append(_ask(person, right, rng))
    return found


def _ask(person: Human, right: int | None, rng: random.Random) -> Asked:
    for _ in range(MOST_TRIES):
        seen = see(person, rng, 1.0)
        try:
            numbers = (Identifier(kind=IdentifierKind.SSN, value=seen.ssn),) if seen.ssn else ()
            subject = PersonSubject(
                family=seen.surname, given=seen.given, middle=seen.middle, birth_date=seen.birth,
                sex=Sex(seen.sex) if seen.sex else None, address=seen.address, identifiers=numbers,
            )  # fmt: skip
        except ValueError:
            continue  # noise made an impossible question; see the person again
        return Asked(subject, person.origin, tuple(seen.noises), right)
    raise ValueError("no possible question could be made; the noise is too strong")
