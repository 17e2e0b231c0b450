"""Chinese, Korean and Vietnamese names, written for this bench: surnames in their romanisations, given syllables.

Written by hand from common knowledge of Pinyin, Wade-Giles, Cantonese and Hokkien usage, of Revised and customary
Korean spelling, and of Vietnamese without marks; not copied from a list and not the matcher's tables. The first
spelling is the usual one. Weights of the surnames are Census counts where the Census file is installed.
"""

from __future__ import annotations

CHINESE = (
    "{Wang,Wong} {Li,Lee,Lei} {Zhang,Chang,Cheung} {Liu,Lau,Low} {Chen,Chan,Tan,Chin} {Yang,Yeung,Young} "
    "{Huang,Wong,Ng,Hwang} {Zhao,Chao,Chiu} {Wu,Ng,Woo} {Zhou,Chou,Chow,Chau} {Xu,Hsu,Tsui} {Sun,Suen} "
    "{Ma,Mah} {Zhu,Chu,Choo} {Hu,Woo,Wu} {Guo,Kuo,Kwok,Kwek} {He,Ho,Hoe} {Lin,Lam,Lim} {Gao,Kao,Ko} "
    "{Luo,Lo,Law} {Zheng,Cheng,Tay} {Liang,Leung,Leong} {Xie,Hsieh,Tse,Chia} {Tang,Tong} {Song,Sung} "
    "{Deng,Teng,Tang} {Han,Hon} {Feng,Fung,Foong} {Cao,Tsao,Tso} {Peng,Pang} {Zeng,Tseng,Tsang,Chan} "
    "{Xiao,Hsiao,Siu} {Tian,Tien,Tin} {Dong,Tung} {Pan,Poon,Phua} {Yuan,Yuen} {Cai,Tsai,Choi,Chua} "
    "{Jiang,Chiang,Keung} {Yu,Yue} {Du,Tu,To} {Ye,Yeh,Yip,Yap} {Cheng,Ching} {Wei,Ngai} {Su,So,Soh} "
    "{Lu,Loo,Lo} {Ding,Ting} {Ren,Jen,Yam} {Shen,Sum,Sim} {Yao,Yiu} {Jiang,Chiang} {Cui,Tsui,Chui} "
    "{Zhong,Chung} {Tan,Tam,Tham} {Lu,Luk,Loke} {Fan,Faan} {Liao,Liu,Liew} {Shi,Shih,Sze} {Jin,Chin,Kam} "
    "{Jia,Chia,Ka} {Xia,Hsia,Ha} {Fu,Foo} {Fang,Fong} {Zou,Tsou,Chau} {Xiong,Hsiung,Hung} {Bai,Pai,Pak} "
    "{Meng,Mang} {Qin,Chin,Chun} {Qiu,Chiu,Yau,Khoo} {Hou,Hau} {Yan,Yen,Yim} {Xue,Hsueh,Sit} {Lei,Lui} "
    "{Long,Lung} {Tao,To} {Mao,Mo} {Gong,Kung} {Shao,Shiu} {Wan,Man} {Qian,Chien,Chin} {Dai,Tai} {Mo,Mok} "
    "{Kong,Kung,Hung} {Xiang,Hsiang,Heung}"
)
KOREAN = (
    "{Kim,Gim} {Lee,Yi,Rhee,Li} {Park,Pak,Bak} {Choi,Choe,Chey} {Jung,Jeong,Chung,Chong} {Kang,Gang,Kahng} "
    "{Cho,Jo,Joe} {Yoon,Yun} {Jang,Chang} {Lim,Im,Rim} {Han,Hahn} {Oh,O} {Seo,Suh,So} {Shin,Sin} "
    "{Kwon,Gwon,Kwun} {Hwang,Whang} {Ahn,An} {Song,Soong} {Ryu,Yoo,Yu} {Hong,Houng} {Jeon,Jun,Chun} "
    "{Ko,Goh,Koh} {Moon,Mun} {Yang,Ryang} {Son,Sohn} {Bae,Pae,Bai} {Baek,Paik,Back} {Heo,Hur,Huh} {Nam,Nahm} "
    "{Sim,Shim} {Noh,Roh,No} {Ha,Hah} {Kwak,Gwak} {Sung,Seong} {Cha,Char} {Joo,Ju,Chu} {Woo,U} {Koo,Gu,Ku} "
    "{Min,Minn} {Jin,Chin} {Na,Ra,Nah} {Byun,Byeon} {Um,Eom} {Won,Weon} {Bang,Pang} {Chae,Chai} {Cheon,Chun} "
    "{Kong,Gong} {Hyun,Hyeon} {Yeom,Yum} {Yeo,Yuh} {Choo,Chu} {Do,Doh} {So,Soh} {Seok,Suk} {Sun,Seon} "
    "{Seol,Sul} {Ma,Mah} {Gil,Kil}"
)
VIETNAMESE = (
    "{Nguyen,Nguyễn} {Tran,Trần} {Le,Lê} {Pham,Phạm} {Huynh,Hoang,Huỳnh} {Vo,Vu,Võ} {Dang,Đặng} {Bui,Bùi} "
    "{Do,Đỗ} {Ho,Hồ} {Ngo,Ngô} {Duong,Dương} {Ly,Lý} {Truong,Trương} {Phan,Fan} {Dinh,Đinh} {Doan,Đoàn} "
    "{Lam,Lâm} {Mai,May} {Trinh,Trịnh} {Dao,Đào} {Cao,Kao} {Ha,Hà} {Luong,Lương} {Chau,Châu} {Ta,Tạ} "
    "{Thai,Thái} {Tang,Tăng} {Quach,Kwok} {Vuong,Vương} {To,Tô} {Kieu,Kiều} {Lieu,Liễu} {Luu,Lưu} {Ton,Tôn} "
    "{Nghiem,Nghiêm} {Trieu,Triệu} {Khuu,Khưu} {Au,Âu} {Giang,Yang}"
)
CHINESE_SYLLABLES = (
    "Wei Ming Jian Hui Mei Ling Jing Hong Yan Li Fang Jun Xin Cheng Feng Tao Bo Lei Na Ying Chun Jie Kai Nan "
    "Peng Qi Rong Shan Ting Wen Xiang Yu Ze Zhen Bin Dan Dong Fu Gang Guang Hai Hao Yi Zhi Xiao Guo Jia Zhong "
    "Yuan Qing Xue Lan Hua Ping Yun Bao Rui Si Tian Xuan Yang Zi Chen Han Jin Kun Liang Long Lu Min Ning Qiang "
    "Ru Sheng Shu Song Wan Wu Xia Xing Xiu Xu Yao Ye Yong You Zhu Ai An Bei Bi Cai Chang"
)
KOREAN_SYLLABLES = (
    "Min Ji Hyun Soo Young Seung Jun Sung Hee Kyung Jae Eun Ho Woo Jin Sang Won Hyo Joo In Yeon Hye Mi Dong "
    "Tae Ki Yong Chul Kwang Nam Seok Seo Ha Na Yoon Bo Ra So Hwan Gyu Chan Do Gi Han Hoon Jung Mo Rim Rin Sun "
    "Wook Yeong Byung Cheol Dae Doo Hong Il Jeong Kyu Myung Sik Suk"
)
VIETNAMESE_SYLLABLES = (
    "Van Minh Anh Thanh Hoa Lan Tuan Quang Duc Phuong Thuy Ngoc Bao Khanh Kim Xuan Thi Hung Dung Cuong Hai "
    "Hieu Hoang Huong Huy Khoa Linh Loan Long Mai My Nam Nga Nhung Nhu Phat Phuc Quynh Quoc Son Tam Tan Thao "
    "Thien Thu Tien Trang Tri Trinh Trung Tu Tung Tuyet Uyen Viet Vinh Vu Yen An Binh Chau Chi Dai Dao Dat "
    "Diem Dieu Dinh Giang Ha Han Hang Hanh Hien Hong Hue"
)
