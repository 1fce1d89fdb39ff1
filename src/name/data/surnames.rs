//! Chinese, Korean and Japanese family names, in their characters and in the spellings that their bearers use abroad.
//!
//! The rows separate the family name of an unspaced name from the given name. They also connect 백, 白 and Paik, which
//! no transliteration does. Given names in kanji have no rows: a family name has one or two readings, a given name any
//! number. The rows are facts of general knowledge, compiled for this crate.

use super::synonyms::{SynonymRows, SynonymTable, count_spellings, spelling_key};

type Table = SynonymTable<{ count_spellings(ROWS) }>;

#[cfg(not(target_family = "wasm"))]
pub(in crate::name) static SURNAMES: Table = Table::new(ROWS);

/// The table takes several times the space of its rows. So a module for WebAssembly sorts it at its first use.
#[cfg(target_family = "wasm")]
pub(in crate::name) static SURNAMES: std::sync::LazyLock<Table> =
    std::sync::LazyLock::new(|| Table::new(ROWS));

/// Returns how many characters of an unspaced name in Han or Hangul are its family name, if that is known.
pub(in crate::name) fn family_name_len(token: &[char]) -> Option<usize> {
    let is_listed = |n: usize| n < token.len() && !rows_of(&token[..n]).is_empty();
    let whole = token.len() < 4 && !rows_of(token).is_empty();
    match token.len() {
        // A family name alone is not split.
        2 | 3 if whole => None,
        2 => is_listed(1).then_some(1),
        // Longest first: 石 is a family name in China and 石川 in Japan, and 남 and 남궁 are both Korean.
        3..=6 => [3, 2, 1].into_iter().find(|&n| is_listed(n)),
        _ => None,
    }
}

/// Returns the rows of a family name in Han or Hangul.
fn rows_of(token: &[char]) -> SynonymRows {
    let mut text = [0; 12];
    let mut end = 0;
    for c in token.iter().take(3) {
        end += c.encode_utf8(&mut text[end..]).len();
    }
    SURNAMES.rows_of(std::str::from_utf8(&text[..end]).map_or(0, spelling_key))
}

#[rustfmt::skip]
const ROWS: &[&str] = &[
    // Korean: Hangul, Han, romanizations.
    "김 金 kim gim ghim keem", "이 李 lee yi i rhee ri li rhie yee", "박 朴 park bak pak bahk pahk phak",
    "최 崔 choi choe chey choy", "정 鄭 郑 丁 程 jung jeong chung jong cheong joung chong",
    "강 姜 康 kang gang ghang khang", "조 趙 曺 cho jo joe joh choh", "윤 尹 yoon yun youn yune",
    "장 張 蔣 章 jang chang zang jahng", "임 任 林 im lim rim yim leem rhim", "림 林 rim lim im",
    "한 韓 韩 han hahn hann", "오 吳 吴 oh o oe", "서 徐 seo suh so sur seoh", "신 申 辛 愼 shin sin shinn",
    "권 權 kwon gwon kweon", "황 黃 黄 hwang whang", "안 安 ahn an", "송 宋 song",
    "전 全 田 錢 jeon chun jun chon jeun cheon", "홍 洪 hong", "유 柳 劉 兪 庾 yoo yu ryu you ryoo yoou liu",
    "류 柳 劉 ryu ryoo yoo yu lyu", "고 高 ko go koh goh", "문 文 moon mun", "양 梁 楊 yang ryang",
    "량 梁 ryang yang", "손 孫 son sohn", "배 裵 裴 bae pae bai pai", "백 白 baek paek paik baik back",
    "허 許 heo hur huh her hoh ho", "남 南 nam nahm nham", "심 沈 shim sim", "노 盧 魯 noh no roh ro",
    "로 盧 魯 ro roh noh no", "하 河 夏 ha hah", "곽 郭 kwak gwak kwag", "성 成 sung seong song shung",
    "차 車 cha chah", "주 朱 周 joo ju chu choo juu", "우 禹 woo wu u", "구 具 丘 koo gu ku goo", "민 閔 min",
    "나 羅 na ra nah rah", "라 羅 ra na rah", "진 陳 秦 jin chin", "지 池 智 ji chi jee",
    "엄 嚴 um eom uhm ohm", "채 蔡 chae chai", "원 元 won weon", "천 千 cheon chun chon", "방 方 房 bang pang",
    "공 孔 kong gong", "현 玄 hyun hyeon hyon", "함 咸 ham hahm", "변 卞 邊 byun byeon pyon pyun byon",
    "염 廉 yeom yum yom", "여 呂 余 yeo yuh yo", "추 秋 chu choo", "도 都 do doh", "소 蘇 so soh",
    "석 石 seok suk sok", "선 宣 sun seon son", "설 薛 seol sul sol", "마 馬 ma mah", "길 吉 gil kil",
    "연 延 yeon yun yon youn", "위 魏 wi wee", "표 表 pyo phyo", "명 明 myung myeong myong", "기 奇 ki gi kee",
    "반 潘 ban pan bahn", "왕 王 wang", "금 琴 keum geum kum", "옥 玉 ok ock", "육 陸 yook yuk", "인 印 in",
    "맹 孟 maeng", "제 諸 je", "모 牟 mo", "탁 卓 tak", "국 鞠 kook guk kuk", "어 魚 eo uh", "은 殷 eun",
    "편 片 pyeon pyun", "용 龍 yong", "예 芮 ye", "경 慶 kyung gyeong", "봉 奉 bong", "사 史 sa",
    "부 夫 boo bu", "남궁 南宮 namgung namkoong namgoong", "황보 皇甫 hwangbo whangbo", "제갈 諸葛 jegal",
    "사공 司空 sagong", "선우 鮮于 sunwoo seonwoo sunoo", "서문 西門 seomun", "독고 獨孤 dokgo",
    "동방 東方 dongbang",
    // Chinese: characters, pinyin, Wade-Giles, Cantonese, Hokkien, Hakka, and spellings of South-East Asia.
    "王 wang wong ong heng vong bong", "李 li lee lei ly lie",
    "张 張 zhang chang cheung cheong teo chong tiong tjong", "刘 劉 liu lau low lao liew lauw",
    "陈 陳 chen chan tan chin chern tran chun ting tjan", "杨 楊 yang yeung young yeo yeoh ieong iu njoo",
    "黄 黃 huang hwang wong ng ooi wee oei uy bong vong", "赵 趙 zhao chao chiu jiu teo tio chew",
    "周 zhou chou chow chau chiu chew jew", "吴 吳 wu woo ng ngo go goh eng ung gouw",
    "徐 xu hsu tsui chui cheu chee tjhi", "孙 孫 sun suen soon suan", "马 馬 ma mah mar beh",
    "朱 zhu chu choo chue", "胡 hu woo wu foo oh ow", "郭 guo kuo kwok kwek quek kuok koay kwik",
    "何 he ho hoe hor hoh", "林 lin lam lim lum liem ling", "高 gao kao ko kou koh",
    "罗 羅 luo lo law loh low lor", "郑 鄭 zheng cheng chang cheang tay teh tee the",
    "梁 liang leung leong neo nio niu", "谢 謝 xie hsieh tse che chia tjia sheh", "宋 song sung soong",
    "唐 tang tong tng", "许 許 xu hsu hui koh khaw kho hee", "韩 韓 han hon", "邓 鄧 deng teng tang thang",
    "冯 馮 feng fung foong pang", "曹 cao tsao cho chou chaw tso", "彭 peng pang phang phe",
    "曾 zeng tseng tsang chan cheng chang tjan", "肖 蕭 萧 xiao hsiao siu siew siow seow",
    "田 tian tien tin chan", "董 dong tung tang", "潘 pan poon pun phua phoon", "袁 yuan yuen oan",
    "蔡 cai tsai choi choy chua chai tsay tjoa choa", "蒋 蔣 jiang chiang tseung chioh", "余 yu yue yee eu",
    "于 yu yue", "杜 du tu to toh thoo", "叶 葉 ye yeh yip yap ip yapp iap", "程 cheng ching thia",
    "魏 wei ngai gooi", "苏 蘇 su so soh soo soe", "吕 呂 lu lyu lui loo lew luu", "丁 ding ting teng",
    "沈 shen sum shum sim sham", "任 ren jen yam yum", "姚 yao yiu yeo yaw", "卢 盧 lu lo loo lou loh",
    "傅 fu foo poh", "钟 鍾 鐘 zhong chung cheong", "姜 jiang chiang keung geung", "崔 cui tsui chui",
    "谭 譚 tan tam tham hom", "廖 liao liu liew leow liow liaw", "范 fan farn huan", "汪 wang wong ong",
    "陆 陸 lu luk look loke", "金 jin chin kam gum kim", "石 shi shih shek sek sak", "戴 dai tai tye",
    "贾 賈 jia chia ka", "韦 韋 wei wai", "夏 xia hsia ha hah", "邱 丘 qiu chiu yau hew khoo coo",
    "方 fang fong png hong pung", "侯 hou hau how", "邹 鄒 zou tsou chau chow", "熊 xiong hsiung hung",
    "孟 meng mang", "秦 qin chin chun", "白 bai pai pak peh", "江 jiang chiang kong kang",
    "阎 閻 严 嚴 yan yen yim", "薛 xue hsueh sit", "尹 yin wan", "段 duan tuan", "雷 lei lui louie",
    "黎 li lai lay loi", "史 shi shih sze", "龙 龍 long lung loong", "陶 tao to tow", "贺 賀 he ho",
    "顾 顧 gu ku koo", "毛 mao mo moh", "郝 hao hok", "龚 龔 gong kung", "邵 shao siu", "万 萬 wan man",
    "钱 錢 qian chien chin chee", "洪 hong hung ang", "施 shi shih sze see sy", "柯 ke ko kwa or quah",
    "温 溫 wen wan woon oon", "颜 顏 yan yen ngan gan", "翁 weng yung ang eng",
    "庄 莊 zhuang chuang chong ching chng", "俞 yu yue", "章 zhang chang cheung", "鲁 魯 lu lo", "倪 ni ngai",
    "纪 紀 ji chi kei", "赖 賴 lai lay", "涂 tu to", "欧 歐 ou au ow", "饶 饒 rao yao jao", "童 tong tung",
    "凌 ling", "连 連 lian lien lin", "简 簡 jian chien kan", "古 gu ku koo", "游 you yu yau",
    "詹 zhan chan chim", "盛 sheng shing", "池 chi chih", "关 關 guan kuan kwan", "符 fu foo", "伍 wu ng eng",
    "甘 gan kan kam", "莫 mo mok", "骆 駱 luo lo lok", "麦 麥 mai mak", "区 區 ou au", "冼 xian sin",
    "霍 huo fok", "植 zhi", "尤 you yu yau", "习 習 xi hsi", "安 an on", "常 chang sheung", "武 wu mo",
    "乔 喬 qiao chiao kiu", "龐 庞 pang pong", "樊 fan", "殷 yin yan", "成 cheng shing", "单 單 shan sin",
    "申 shen san", "向 xiang heung", "牛 niu ngau", "耿 geng keng", "齐 齊 qi chi", "聂 聶 nie nip",
    "焦 jiao chiu", "岳 yue ngok", "欧阳 歐陽 ouyang auyeung auyong", "司马 司馬 sima szema",
    "诸葛 諸葛 zhuge chuko", "司徒 situ seeto szeto", "上官 shangguan", "皇甫 huangfu", "令狐 linghu",
    "夏侯 xiahou", "端木 duanmu", "东方 東方 dongfang", "慕容 murong", "尉迟 尉遲 yuchi",
    // Japanese: the most common, with their readings.
    "佐藤 sato satou", "鈴木 suzuki", "高橋 takahashi", "田中 tanaka", "伊藤 ito itou",
    "渡辺 渡邊 渡邉 watanabe", "山本 yamamoto", "中村 nakamura", "小林 kobayashi", "加藤 kato katou",
    "吉田 yoshida", "山田 yamada", "佐々木 sasaki", "山口 yamaguchi", "松本 matsumoto", "井上 inoue",
    "木村 kimura", "林 hayashi", "斎藤 斉藤 齋藤 齊藤 saito saitou", "清水 shimizu", "山崎 yamazaki yamasaki",
    "森 mori", "池田 ikeda", "橋本 hashimoto", "阿部 安部 abe", "石川 ishikawa", "山下 yamashita",
    "中島 nakajima nakashima", "石井 ishii", "小川 ogawa", "前田 maeda", "岡田 okada", "長谷川 hasegawa",
    "藤田 fujita", "後藤 goto gotou", "近藤 kondo kondou", "村上 murakami", "遠藤 endo endou", "青木 aoki",
    "坂本 sakamoto", "福田 fukuda", "太田 大田 ota oota ohta", "西村 nishimura", "藤井 fujii", "岡本 okamoto",
    "金子 kaneko", "藤原 fujiwara fujihara", "中野 nakano", "三浦 miura", "原田 harada", "中川 nakagawa",
    "松田 matsuda", "竹内 takeuchi", "小野 ono", "田村 tamura", "中山 nakayama", "和田 wada", "石田 ishida",
    "森田 morita", "上田 ueda", "原 hara", "柴田 shibata", "酒井 sakai", "工藤 kudo kudou", "横山 yokoyama",
    "宮崎 miyazaki miyasaki", "宮本 miyamoto", "内田 uchida", "高木 takagi takaki", "安藤 ando andou",
    "谷口 taniguchi", "大野 ono oono ohno", "丸山 maruyama", "今井 imai", "高田 takada takata", "藤本 fujimoto",
    "武田 竹田 takeda", "村田 murata", "上野 ueno", "杉山 sugiyama", "増田 masuda", "菅原 sugawara sugahara",
    "平野 hirano", "小島 kojima ojima", "大塚 otsuka ohtsuka", "千葉 chiba", "久保 kubo", "松井 matsui",
    "岩崎 iwasaki", "桜井 櫻井 sakurai", "木下 kinoshita", "野口 noguchi", "松尾 matsuo", "野村 nomura",
    "菊地 菊池 kikuchi", "佐野 sano", "大西 onishi oonishi ohnishi", "杉本 sugimoto", "新井 荒井 arai",
    "浜田 濱田 hamada", "古川 furukawa", "市川 ichikawa", "水野 mizuno", "小松 komatsu", "島田 shimada",
    "小山 koyama oyama", "吉川 yoshikawa kikkawa", "山内 yamauchi yamanouchi", "西田 nishida", "菊池 kikuchi",
    "北村 kitamura", "安田 yasuda", "川口 kawaguchi", "五十嵐 igarashi", "平田 hirata", "関 seki",
    "中田 nakata nakada", "久保田 kubota", "服部 hattori", "東 higashi azuma", "岩田 iwata", "土屋 tsuchiya",
    "川崎 kawasaki", "本田 honda", "福島 fukushima", "辻 tsuji", "樋口 higuchi", "秋山 akiyama", "田口 taguchi",
    "永井 nagai", "山中 yamanaka", "吉村 yoshimura", "川上 kawakami", "大橋 ohashi oohashi", "中西 nakanishi",
    "石原 ishihara", "大島 oshima ohshima", "馬場 baba", "松岡 matsuoka", "浅野 asano", "熊谷 kumagai",
    "荒木 araki", "矢野 yano", "西川 nishikawa", "広瀬 廣瀬 hirose", "本間 honma", "飯田 iida",
    "大久保 okubo ohkubo", "野田 noda", "川村 河村 kawamura", "田辺 tanabe", "須藤 sudo sutou", "星野 hoshino",
    "大谷 otani ohtani", "吉岡 yoshioka", "堀 hori", "片山 katayama", "松下 matsushita", "松村 matsumura",
    "早川 hayakawa", "田島 tajima", "菅 kan suga", "西山 nishiyama", "小田 oda", "尾崎 ozaki", "黒田 kuroda",
    "森本 morimoto", "河野 kono kawano", "堀内 horiuchi", "宮田 miyata", "内藤 naito", "大川 okawa",
    "今村 imamura", "小池 koike", "桑原 kuwahara kuwabara", "福井 fukui", "南 minami", "三宅 miyake",
    "藤沢 fujisawa", "安倍 abe", "小沢 小澤 ozawa", "黒澤 黒沢 kurosawa", "宮沢 宮澤 miyazawa", "柳 yanagi",
    "原口 haraguchi", "黒木 kuroki", "北川 kitagawa", "奥村 okumura", "望月 mochizuki", "児玉 kodama",
    "富田 tomita", "成田 narita", "大森 omori", "小野寺 onodera", "坂井 sakai", "梅田 umeda", "足立 adachi",
    "神田 kanda", "長尾 nagao", "岸 kishi", "渋谷 shibuya", "三木 miki", "小泉 koizumi", "石橋 ishibashi",
    "福山 fukuyama", "白石 shiraishi", "中井 nakai", "榎本 enomoto", "村山 murayama", "松浦 matsuura",
    "川田 kawada", "本多 honda", "岩本 iwamoto", "稲葉 inaba", "塚本 tsukamoto", "宇野 uno", "大石 oishi",
    "植田 ueda", "水谷 mizutani", "平井 hirai", "関口 sekiguchi", "滝沢 takizawa", "平山 hirayama",
    "青山 aoyama", "永田 nagata", "栗原 kurihara", "相川 aikawa", "桐山 kiriyama", "豊田 toyoda toyota",
    "若林 wakabayashi", "町田 machida", "甲斐 kai", "金城 kinjo", "比嘉 higa", "宮城 miyagi",
    "島袋 shimabukuro",
];
