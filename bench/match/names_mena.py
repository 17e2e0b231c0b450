"""Names of the Middle East and North Africa, written for this bench: templates of spellings, common ones first.

Written by hand from common knowledge of how Arabic, Berber, Persian and Turkish names are put into Latin letters;
not copied from a list and not the matcher's tables. Their order stands for their frequency, which is a guess.
Family names are made as the languages make them: a given name of an ancestor, with `Abu`, `Ben` or `Bou` before it
or an ending behind it, a place, a tribe or a trade with article and ending.
"""

from __future__ import annotations

MEN = (
    "M{o,u}ham{m,}{e,a}d Ahm{e,a}d Al{i,y} Hass{a,e}n H{u,o}ss{ei,ai,e}n {O,U}mar Mahm{ou,u,oo}d "
    "Kh{a,aa}l{i,e}d Y{ou,u}s{s,}{e,u}f Ibrah{i,ee}m Musta{f,ph}a M{o,ou}stafa Abd{ul,al,ull,all}ah "
    "Sa{ee,i,ye}d Tar{i,e}{q,k} Kar{i,ee}m Am{i,ee}r Sam{i,ee}r Jam{a,aa}l {J,G}am{a,e}l Wal{i,ee}d "
    "Fa{i,y}{s,ss}al Nas{s,}{e,i}r Rash{i,ee}d Am{i,ee}n Hamz{a,eh,ah} Bil{a,e}l Sal{i,ee}m S{a,aa}l{e,i}h "
    "Maj{i,e,ee}d Nab{i,ee}l Ram{i,y} Ad{e,i}l Hish{a,e}m {Y,I}as{s,}{i,e}n Z{ai,ay,ei}d Zakar{i,iy}a "
    "Isma{i,e,ee}l S{u,o}l{ei,ai,ay}man Daw{oo,u,ou}d M{ou,u,oo}sa {I,Ei,E}ss{a,ah} {Y,Ye,Ya}hya Far{i,ee}d "
    "Far{ou,oo,u}{k,q} {Gh,G}assan {Gh,G}azi Hab{i,ee}b Had{i,y} Haf{e,i}z Haider Hak{i,ee}m Ham{e,i,ee}d "
    "Hamad{i,y} Har{ou,oo,u}n Hasan{ai,ei}n Hat{e,i}m Husam Id{r,}r{i,ee}s Imad Imr{a,aa}n Iy{a,aa}d "
    "{J,Dj}ab{e,i}r {J,Dj}afar Jal{a,aa}l {K,Q}as{s,}{i,e}m Kam{a,e}l Kamr{a,aa}n L{o,u}tf{i,y} Mah{e,i}r "
    "Mal{i,e,ee}k Mans{ou,u,oo}r Marw{a,e}n Maz{e,i}n M{ou,u}n{i,ee}r M{u,o}hs{e,i}n M{u,o}{qt,kt}ad{a,ah} "
    "Na{dj,j}{i,ee}b Nad{e,i}r Naj{i,y} Nas{i,ee}m Nawaf N{i,e}zar N{ou,oo,u}r{i,y,} {O,U}sam{a,ah} "
    "{O,U}thm{a,aa}n {Q,K}{ai,ay,ei}s {Q,K}us{ai,ay,ey} R{a,aa}ed Ra{fi,fe}{q,k} Ra{j,g}ab Ramad{a,h}an "
    "Raza{q,k} R{i,e}{dh,d,z}a R{ou,o}sh{di,dy} Sab{e,i}r Sad{e,i}{q,k} Sad{r,}{i,y} Sa{if,yf} Sal{a,aa}h "
    "Sal{m,}man Sam{i,y} Shafi{q,k} Shar{i,ee}f Shak{i,ee}b Sinan Sou{f,ff}i{an,ane} Tah{a,er} Tah{e,i}r "
    "Tal{a,aa}l Ta{y,i}s{i,ee}r Tham{e,i}r Was{i,ee}m Was{e,i}l Y{a,aa}s{e,i}r Yaz{i,ee}d "
    "{Y,J}{ou,u,oo}n{e,i,u}s Z{i,iy,y}ad Z{oo,u,ou}h{ei,ai,ee}r Abd{_al-,ul_,el,ul}Rahman "
    "Abd{_al-,ul_,el,ul}{A,a}ziz Abd{_al-,ul_,el,ul}{K,k}ar{i,ee}m Abd{_al-,ul_,el,ul}{H,h}am{i,ee}d "
    "Abd{_al-,ul_,el,ul}{Q,q,K,k}ad{i,e}r Abd{_al-,ul_,el,ul}{M,m}al{i,e}k Abd{_al-,ul_,el,ul}{W,w}ah{a,e}b "
    "Abd{_al-,ul_,el,ul}{L,l}at{i,ee}f Abd{_al-,ul_,el,ul}{S,s}al{a,aa}m Abd{_al-,ul_,el,ul}{M,m}aj{i,ee}d "
    "Abd{_al-,ul_,el,ul}{H,h}ak{i,ee}m Abd{_al-,ul_,el,ul}{J,j}al{i,ee}l Abd{_al-,ul_,el,ul}{N,n}as{e,i}r "
    "Abd{_al-,ul_,el,ul}{G,g}han{i,y} Abd{_al-,ul_,el,ul}{H,h}ad{i,y} "
    "{Salah,Saleh}{_al-,_el-,_ad-,ud,ed}{D,d}in N{ou,oo,u}r{_al-,_el-,ud,ed}{D,d}in "
    "{Saif,Seif,Sayf}{_al-,_el-,_ud}{D,d}in Jamal{_al-,_ud-,ed}{D,d}in Ala{_al-,_ud-,ed}{D,d}in "
    "{Shams,Shems}{_al-,_ud-,ed}{D,d}in Reza Mehdi Mehrdad Dariush Daryoush Behnam Behrouz Cyrus "
    "K{ou,oo,u}rosh Farhad Farid{ou,oo}n Hoss{ei,ai}n Kaveh Kiarash Masoud Mass{ou,oo}d Nav{i,ee}d Pej{m,}man "
    "Rostam Shah{r,}ram Siamak Sohrab M{e,a}hmet Murat Emre Kem{a,e}l Orhan {Ç,C}etin Yilmaz Serkan Burak"
)

WOMEN = (
    "Fatim{a,ah,eh} Mari{a,ya}m Mar{y,i}am Z{ai,ay,ei}n{a,e}b {A,Aa}{i,y,ye}sh{a,ah} Khad{i,ee}j{a,ah} "
    "L{ay,ei,ai}la N{ou,oo,u}r Hal{a,ah} H{u,o}d{a,ah} Am{a,aa}l Ran{i,iy,y}a Salm{a,ah} Dal{ia,ya,iya} "
    "Yasm{i,ee}n{,e} S{a,aa}r{a,ah} R{ee,i}m Sam{i,ee}r{a,ah} Nad{i,iy}a Im{a,e}n Am{i,ee}n{a,ah} "
    "Am{i,ee}r{a,ah} Asm{a,aa} Az{i,ee}z{a,ah} Basm{a,ah} B{u,o}{th,t,s}{ai,ay}n{a,ah} Dun{i,y}a Fadw{a,ah} "
    "Far{i,ee}d{a,ah} Farah Fay{r,}{ou,oo,u}z Ghad{a,ah} Hab{i,ee}b{a,ah} Haf{s,}s{a,ah} Han{a,aa,an} "
    "Ham{i,ee}d{a,ah} Hind H{i,ee}b{a,ah} Ibt{i,e}sam {I,E}lh{a,e}m Ikram Inas Inaam {J,Dj}am{i,ee}l{a,ah} "
    "J{i,ee}han {J,Dj}ouman{a,ah} Kar{i,ee}m{a,ah} Kaw{th,s}{a,e}r Lam{i,iy,y}a{,a} Lat{i,ee}f{a,ah} "
    "L{i,ee}n{a,ah} L{ou,oo,u}bn{a,ah} L{ou,u}j{ai,ay}n Mah{a,ah} Maj{i,ee}d{a,ah} Malak Man{a,aa}l Manar "
    "Marw{a,ah} May{s,ss}{a,oun} M{ou,u,o}n{a,ah} Naj{a,aa}t Naj{i,iy}{a,ah} Nah{e,i}d Naw{a,aa}l "
    "Naz{i,ee}h{a,ah} N{i,e}sr{i,ee}n{,e} Ohoud Rab{ia,iah,eea} Raghd{a,ah} Raj{a,aa} Ras{h,}m{a,iya} Rawan "
    "R{i,ee}ham R{ou,u,o}q{ai,ay}{y,}a Sab{i,ee}h{a,ah} Sabah Saf{a,aa} Saf{i,iy}{a,ah} Sahar Sak{i,ee}n{a,ah} "
    "Salw{a,ah} San{a,aa} Sh{ai,ay}m{a,aa} Shar{i,ee}f{a,ah} S{i,ee}ham S{ou,u}{a,aa}d "
    "S{ou,u}m{ai,ay}{y,}{a,ah} S{ou,u}zan Tahr{a,ee}r Waf{a,aa} W{i,e}dad W{i,e}sam Y{ou,u}sr{a,ah} Zahr{a,ah} "
    "Zak{i,iy}{a,ah} Z{oh,eh,ouh}r{a,ah} Shir{i,ee}n Parv{i,ee}n Nasr{i,ee}n Mahnaz Soraya Azadeh Farzaneh "
    "Golnaz Maryam Mina Narges Niloufar Roya Setareh Shahrzad Shohreh Simin Taraneh Ay{s,ş}e Elif Emine Zeynep "
    "Hatice Hulya Merve Selin"
)

FAMILIES = (
    "{Al-,El_,Al,El}Masr{i,y} {Kh,K}{ou,u}r{i,y} Had{d,}ad Naj{j,}ar {Al-,El_,}Sayed Mansour {Q,K}as{s,}em "
    "{Al-,El-,}Hashim{i,y} {Al-,}Q{u,o}r{ai,ei,}sh{i,y} Nasr{allah,alla,_Allah,ulla} "
    "{Khair,Kheir,Khayr}{allah,alla,_Allah} {Saad,Sad}{allah,alla,_Allah} "
    "{Fad,Fadl,Fadh}{lallah,lalla,l_Allah} {Hab,Hib}{ib,a}{ullah,allah} {Rahmat,Rahm}{ullah,allah,_Allah} "
    "{Asad,Assad}{ullah,allah} Sh{ai,ei,ay}kh {Al-,El_,}Sh{ei,ai}kh Darw{i,ee}sh Barakat Sab{b,}agh "
    "{Al-,}Halab{i,y} {Al-,}Tam{i,ee}m{i,y} {Al-,Al,El_}Ghamd{i,y} {Al-,Al_}Zahran{i,y} {Al-,Al_,Al}Harb{i,y} "
    "{Al-,Al_,Al}{O,U}t{ai,ei}b{i,y} {Al-,Al_}Shahran{i,y} {Al-,Al_}D{o,aw}sar{i,y} {Al-,Al_}Mut{ai,ei}r{i,y} "
    "{Al-,Al_}{Q,K}ahtan{i,y} {Al-,Al_}Sham{m,}ar{i,y} {Al-,Al_}Anaz{i,y} {Al-,Al_,Al}Jub{ou,u,oo}r{i,y} "
    "{Al-,Al_,Al}Dul{ai,ei}m{i,y} {Al-,Al_,Al}{O,U}b{ai,ei}d{i,y} {Al-,Al_}Janab{i,y} "
    "{Al-,Al_,As-}Samar{r,}a{i,ie} {Al-,Al_,Al}Bayat{i,y} {Al-,Al_,Al}{M,}Maliki {Al-,Al_,Al}Rubai{e,y} "
    "{Al-,Al_}Zub{ai,ei}d{i,y} Bitar At{t,}ar Sa{qq,kk}af Har{i,ee}r{i,y} {Al-,El_,}Sham{i,y} H{o,u}ms{i,y} "
    "Nabuls{i,y} {Al-,El_}Ma{q,k}disi Tarabuls{i,y} Fakh{ou,oo,u}r{i,y} Sar{r,}af Zay{y,}at As{m,}mar "
    "Ah{m,}mar Sawda Taw{i,ee}l Kab{i,ee}r Rifa{i,ie} Shafi{i,e} Hanbal{i,y} {Al-,El_}Jazair{i,y} "
    "T{u,ou}nis{i,y} {El_,Al-}Sudan{i,y} {Al-,}Yaman{i,y} Hadram{i,y} Oman{i,y} Kuwait{i,y} {Al-,}Baghdad{i,y} "
    "{Al-,}Bas{r,}r{i,y} {Al-,}M{o,a}usil{i,y} {Al-,}Karbala{i,ie} {Al-,}Najaf{i,y} {Al-,}K{u,ou}f{i,y} "
    "{Al-,}Tikr{i,ee}t{i,y} {Al-,}{A,Ae}n{i,y} {Al-,}Hill{i,y} {Al-,}{Sadr,Sader} {Al-,}Hak{i,ee}m "
    "{Al-,}Kh{o,u}{i,ei} {Al-,}Sistan{i,y} Shahin Khatib {Al-,El_}Khat{i,ee}b {Al-,El_}Haj{j,} {Al-,}As{s,}ad "
    "Mas{s,}oud{,i} Qab{b,}an{i,y} Salame{h,} Salama {O,U}d{e,a}h Taha Zogh{b,}bi Z{e,i}idan Zaynal Shadid "
    "Naser N{ou,u}sair Nim{r,er} Mak{k,}i Mak{k,}awi Madan{i,y} Lah{h,}am {Kass,Qass}ab {Kan,Qan}awati Kanaan "
    "Jar{r,}ah Jandal{i,y} Jab{r,er,bour} Is{s,}a {H,}Hijaz{i,y} Hadid{i,y} Gharib Ghanem {Gh,G}aith Fay{y,}ad "
    "Farah Faraj Eid Elias Dib Diab Dajan{i,y} Dag{h,}er Ch{a,e}m{mas,oun} Chahine B{ou,u}tr{o,}s Badran "
    "Badawi Azzam Azar Ayoub{,i} Awad Attar Att{ia,iya,ieh} Ashour Asf{ou,u,oo}r Arafat Antar Anton Alwan "
    "Akkad Ajam{i,y} Abbas{,i} Abboud Aboud Ab{u,ou}_{Z,S}aid Rahman{i,y} Ahmad{i,y} M{o,u}ham{m,}ad{i,y} "
    "Hoss{ei,ai}n{i,y} Karim{i,y} Jafar{i,y} Mousav{i,y} Rezaei Hashem{i,y} Sadegh{i,y} M{o,u}rad{i,y} "
    "Rahim{i,y} Kazem{i,y} Akbar{i,y} Zaman{i,y} Shirazi Tehrani Esfahan{i,y} Tabriz{i,y} K{e,i}rman{i,y} "
    "Hamadan{i,y} Qom{m,}i Yazd{i,y} Kashan{i,y} Razav{i,y} Farahan{i,y} Y{i,ı}lmaz Kaya Demir {S,Ş}ahin "
    "{C,Ç}elik Y{i,ı}ld{i,ı}z Ayd{i,ı}n {O,Ö}zt{u,ü}rk Arslan Do{g,ğ}an K{i,ı}l{i,ı}{c,ç} Aslan {C,Ç}etin Kara "
    "Ko{c,ç} Kurt {O,Ö}zdemir {S,Ş}im{s,ş}ek Polat Erdo{g,ğ}an Ate{s,ş} Bozkurt Korkmaz Aksoy Bouazz{a,iz} "
    "Boudiaf Bouteflika Bel{k,q}acem Belha{dj,j} Benzem{a,ah} Cherifi {Dj,J}ebbar Fell{a,ah} Guerfi "
    "Haddou{,che} Hammadi Kadd{ou,u}ri Khelifi Larabi Mek{k,}i Mokhtari Oua{l,h}i Ou{l,}dali Rahali Sahraoui "
    "Taleb Touati Yacine Zeroual Ziani Ziyaech Amrani Alaoui Bennani Berrada Chraibi El_Fassi Filali Idrissi "
    "Lahlou Sebti Tazi Skalli Naciri Benjelloun"
)

STEMS = (
    "Amir Asir Bahr Balaw Bahil Bajil Bakr Banaw Barq Bish Bukhar Dam Daylam Dhahab Diyar Dulayh Ezz Faqih "
    "Fadil Farh Fayf Ghafar Ghaz Hamd Hamz Hadh Hajr Halw Hamas Hasan Hawar Hil Himyar Hums Hunayn Husayn Iraq "
    "Ithaw Jabal Jad Jahil Jalal Jan Jawf Jawahir Jazir Juhan Kalb Kat Kawth Khaf Khalaf Khaldun Khazraj Khudr "
    "Kind Kin Kurd Lakhm Layth Mad Mahr Majdal Makhzum Mans Marin Marw Masjid Maz Miqdad Mirz Mudh Mughrab "
    "Muham Mukhtar Murr Musaw Nabhan Nadw Nahd Najd Najm Nakh Nas Nawf Qadir Qalam Qalaw Qan Qarawan Qas Qays "
    "Qud Rab Rad Rafi Rajab Ramah Raq Rash Rayh Riyad Rubay Rum Ruways Sab Sad Safad Sahl Sail Salim Samad San "
    "Saqr Sarh Shahr Shamm Sharq Shawk Shayb Shihab Shuwayk Sib Sidaw Siraj Sulam Sumayr Suwayd Suwaydan "
    "Taghlib Tarif Tayy Thaqaf Thaw Turk Ubayd Udhr Umar Umaw Uthman Wadi Wafd Wahb Wakil Waqid Wasit Yafa "
    "Yamam Yarm Yasir Zabid Zafar Zahab Zanj Zayd Zubayr Zuhayr Zuray Hamdan"
)

GIVEN_PATTERNS = (
    "{0}", "Abu_{0}", "Ab{{ou,u}}_{0}", "Ben{{_,}}{0}", "Bin_{0}", "Ibn_{0}", "Bou{{_,}}{0}", "Ait{{_,-}}{0}", "{0}i",
    "{0}zadeh", "{0}pour", "{0}nia", "{0}oglu", "Hajj{{_,}}{0}", "Ould_{0}", "Al-{0}",
)  # fmt: skip  # filled with a man's name in its first spelling
STEM_PATTERNS = ("{{Al-,Al_,El_,Al}}{0}{{i,y}}", "{{Al-,}}{0}aw{{i,y}}", "{0}i", "{0}an{{i,y}}", "{0}ouri")
