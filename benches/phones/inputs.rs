//! Phone numbers of some fifty countries in three dresses, the same on every run.

/// Region, country code, what is dialled before a number inside the country, how its mobiles begin, and how many
/// digits follow.
const MOBILES: &str = "
US 1 - 415 7,CA 1 - 613 7,GB 44 0 7400 6,DE 49 0 151 8,FR 33 0 6 8,IT 39 - 347 7,ES 34 - 612 6,NL 31 0 61 7,
BE 32 0 470 6,CH 41 0 78 7,AT 43 0 664 7,SE 46 0 70 7,NO 47 - 406 5,DK 45 - 20 6,FI 358 0 41 7,PL 48 - 512 6,
CZ 420 - 601 6,SK 421 0 912 6,HU 36 06 20 7,RO 40 0 712 6,BG 359 0 88 7,GR 30 - 691 7,PT 351 - 912 6,IE 353 0 85 7,
RU 7 8 912 7,UA 380 0 50 7,TR 90 0 501 7,IL 972 0 50 7,SA 966 0 51 7,AE 971 0 50 7,EG 20 0 10 8,NG 234 0 803 7,
KE 254 0 712 6,ZA 27 0 71 7,GH 233 0 23 7,MA 212 0 650 6,IN 91 0 98 8,PK 92 0 301 7,BD 880 0 18 8,CN 86 0 138 8,
JP 81 0 90 8,KR 82 0 10 8,TH 66 0 81 7,VN 84 0 912 6,ID 62 0 812 7,MY 60 0 12 7,PH 63 0 905 7,SG 65 - 81 6,
AU 61 0 412 6,NZ 64 0 21 7,BR 55 0 119 8,CL 56 - 9 8,CO 57 - 321 7,PE 51 0 912 6";

/// A text, the number it is, and the region it is dialled in where it has no country code.
pub(crate) struct Input {
    pub(crate) text: String,
    pub(crate) number: String,
    pub(crate) region: Option<String>,
}

/// The groups by name: a thousand inputs each, and more.
pub(crate) fn inputs() -> [(&'static str, Vec<Input>); 3] {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let (mut e164, mut national, mut messy) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..20 {
        for (row, mobile) in MOBILES.trim().split(',').enumerate() {
            let fields: Vec<&str> = mobile.split_whitespace().collect();
            let [region, code, trunk, begin, len] = fields[..] else {
                panic!("five fields: {mobile}");
            };
            let trunk = trunk.trim_matches('-');
            let len: u32 = len.parse().unwrap();
            let low = 10_u64.pow(len - 1);
            // The first digit is 2 to 9: no country's subscribers begin with a prefix.
            let rest = (2 * low + next(8 * low)).to_string();
            let (left, right) = rest.split_at(3);
            let number = format!("+{code}{begin}{rest}");
            e164.push(Input {
                text: number.clone(),
                number: number.clone(),
                region: None,
            });
            national.push(Input {
                text: if code == "1" {
                    format!("({begin}) {left}-{right}")
                } else {
                    format!("{trunk}{begin} {left} {right}")
                },
                number: number.clone(),
                region: Some(region.to_owned()),
            });
            let plain = format!("+{code} {begin} {left} {right}");
            messy.push(Input {
                text: match (round + row) % 8 {
                    0 => format!("tel:+{code}-{begin}-{left}-{right}"),
                    1 => format!("{plain} ext. 42"),
                    2 => format!("\u{202A}{plain}\u{202C}"),
                    3 => plain.replace(' ', "\u{A0}"),
                    4 => format!("Mobile: {plain}"),
                    5 => format!("{plain} (m)"),
                    6 => format!("{plain} x7"),
                    _ => plain
                        .chars()
                        .map(|c| match c.to_digit(10) {
                            Some(digit) => char::from_u32(0xFF10 + digit).unwrap(),
                            None => c,
                        })
                        .collect(),
                },
                number,
                region: None,
            });
        }
    }
    [("e164", e164), ("national", national), ("messy", messy)]
}
