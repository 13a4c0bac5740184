/** Words that tell what a line of a business card is. Simplified and traditional writing, English, some Japanese and Korean. */

const single =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由'.concat(
    '張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭蔣葉蘇魏呂盧鍾譚陸範賈韋鄒閆龍賀顧龔邵萬錢嚴湯溫莊聶魯關蘭陽衛應',
  );
const surnames = new Set(single);
const doubles =
  /^(欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|夏侯|南宫|端木|百里|呼延|轩辕|闻人|东郭|独孤|西门)/;

/** Whether the characters may be a Chinese name: a surname and one or two characters (four with a double surname). */
export function isChineseName(text: string): boolean {
  // 董 and 经 begin posts as well as names.
  if (wholeTitle.test(text)) return false;
  if (!/^\p{Script=Han}{2,4}$/u.test(text)) return false;
  if (doubles.test(text)) return text.length >= 3;
  return text.length <= 3 && surnames.has(text[0] ?? '');
}

const cjkTitle =
  '(?:总经理|經理|经理|总监|總監|总裁|總裁|董事长|董事長|执行董事|董事|监事|合伙人|创始人|創始人|工程师|工程師|设计师|架构师|程序员|分析师|培训师|会计师|经济师|主任|顾问|顧問|代表|助理|主管|专员|專員|会计|出纳|律师|律師|教授|讲师|博士|处长|科长|局长|院长|院長|所长|厂长|店长|部长|部長|课长|課長|组长|队长|班长|主席|会长|會長|秘书|秘書|秘书长|书记|采购员|业务员|销售员|跟单员|文员|理事|主编|记者|编辑|医师|医生|护士长|研究员|负责人|負責人|茶艺师|花艺师|美容师|美发师|美甲师|发型师|造型师|化妆师|摄影师|厨师长|厨师|药师|技师|营养师|理疗师|康复师|咨询师|规划师|评估师|造价师|建造师|建筑师|审计师|税务师|验光师|教师|教练|导购|行长|行長|校长|校長|园长|馆长|站长|店主|法定代表人|首席[^ ]{1,4}官|業務|取締役|代表取締役|社長|係長|主任技師|대표이사|대표|부장|과장|차장|팀장|사원|이사)';
const wholeTitle = new RegExp(`^${cjkTitle}$`);
export const cjkTitleAtEnd = new RegExp(`${cjkTitle}$`);
export const cjkTitleAnywhere = new RegExp(cjkTitle);
export const latinTitle =
  /\b(?:manager|director|president|engineer|ceo|cto|cfo|coo|cmo|vp|sales|assistant|consultant|representative|executive|partner|officer|head of|supervisor|specialist|lawyer|attorney|professor|founder|chairman|chairwoman|secretary|merchandiser|buyer|purchaser|designer|architect|developer|accountant|auditor|owner|principal|adviser|advisor|analyst|coordinator|clerk|leader|chief|deputy|agent|technician|mba|counsel)\b/i;

export const department = /^[\p{Script=Han}]{1,12}(?:部|科|处|室|课|事业部|分部|办公室|中心|本部|營業部|课题组)$/u;
export const latinDepartment = /\b(?:department|dept\.?|division|team)\b/i;

export const cjkCompany =
  /(?:有限公司|有限责任公司|有限責任公司|股份公司|公司|集团|集團|工厂|工廠|厂|廠|商行|商社|商贸|贸易行|事务所|事務所|研究院|研究所|设计院|银行|銀行|大学|大學|学院|医院|協會|协会|学会|商会|商會|酒店|宾馆|超市|经营部|门市部|工作室|合作社|株式会社|有限会社|合同会社|주식회사)/;
/** Bodies and branches are told by their last word only. */
export const cjkCompanyAtEnd = new RegExp(
  `(?:${cjkCompany.source}|局|批发部|经销部|零售部|服务部|商店|专卖店|旗舰店|总店|分店|门店|饭店|药店|书店|花店|诊所|美容院|养生馆|会所|茶庄|车行|农场|委员会|人民政府|办事处|管委会|支行|分行|分公司|基金会)(?:[（(][^)）]{1,12}[)）])?$`,
);
/** A place and what stands there, without the body it belongs to. */
const cjkBranchWord = '(?:分公司|支公司|分行|支行|分理处|办事处|代表处|联络处|分院|分所|分店)$';
export const cjkBranch = new RegExp(`^(?!.*(?:银行|銀行|集团|集團|公司.))\\p{Script=Han}{2,12}${cjkBranchWord}`, 'u');
export const branchAtEnd = new RegExp(`${cjkBranchWord}|\\b(?:branch|office)$`, 'iu');
export const latinBranch =
  /^\p{Lu}[\p{L} .'’-]{1,40}\s(?:(?:sub-?\s?)?branch(?: office)?|(?:representative |liaison )?office)$/iu;
/** Certain: a legal form. */
export const legalForm =
  /(?:\bco\.?\s*[,，.]?\s*l\s?td\b|\bltd\b|\blimited\b|\binc\b|\bllc\b|\bllp\b|\bgmbh\b|\bcorp(?:oration)?\b|\bs\.?\s?a\.?\s?r\.?\s?l\b|\bs\.p\.a\b|\bb\.v\b|\bpte\b|\bpty\b|\bplc\b)/i;
/** Legal forms that are words elsewhere: only in capitals at the end. */
export const shortForm =
  /(?<![\p{L}.])(?:AB|AG|AS|A\/S|ApS|Oy|KG|NV|BV|SA|S\.A\.?|SRL|S\.L\.?|SpA|Ltda|S\.?A\.?\s?DE\s?C\.?V\.?)\.?$/u;
/** Likely: what companies call themselves. */
export const latinCompany =
  /\b(?:company|group|holdings?|industr(?:y|ies|ial)|trading|imp(?:ort)?\.?\s*(?:&|and)\s*exp|university|institute|bank|hospital|associates|partners|technolog(?:y|ies)|solutions|logistics|systems|electronics|lighting|machinery|textiles?)\b/i;

const cjkPlace =
  /省|市|(?<!小)区|區|县|縣|镇|鎮|乡|村|(?:路|街|道|巷|弄|胡同)(?=[\d０-９东西南北中甲乙一二三四五六七八九十（(\s]|$)|大道|\d+号|\d+號|楼|樓|层|室|座|幢|栋|棟|单元|大厦|大廈|广场|廣場|工业园|产业园|科技园|开发区|園区|丁目|番地|都|府|구|동|로|길/g;
const latinPlace =
  /\b(?:road|rd|street|st|avenue|ave|boulevard|blvd|lane|drive|floor|fl|room|rm|building|bldg|tower|district|dist|city|province|prov|county|zone|park|suite|block|plaza|china|p\.?\s?r\.?\s?china|no|usa|uk|hong kong|kowloon|singapore|japan|korea|germany|shanghai|beijing|guangzhou|shenzhen|zhejiang|jiangsu|guangdong|ningbo|hangzhou|suzhou|box|way|square|unit|level|blk|jalan|jl|soi|rue|via|calle|avda|av|rua|plot|area|estate|highway|hwy|sector|phase|harbor|court|india|vietnam|thailand|malaysia|indonesia|france|italy|spain|canada|australia|mexico|brazil|sweden|norway|denmark|finland|netherlands|belgium|switzerland|austria|poland|czech|turkey|russia|uae|dubai|saudi arabia|egypt|south africa|nigeria|kenya|pakistan|bangladesh|sri lanka|philippines|taiwan|macau|new zealand|argentina|chile|colombia|peru|portugal|ireland|greece|israel|strasse|straße)\b\.?|\p{L}{3,}(?:gatan|vägen|vagen|gade|straat|laan|weg|strasse|straße|str\.)(?!\p{L})|\b[A-Z]{1,2}-\d{3,5}\b/giu;

/** How strongly a line looks like an address: 0 not at all, from 2 on it is one. */
export function addressStrength(text: string): number {
  const han = /[\p{Script=Han}\p{Script=Hangul}]/u.test(text);
  const marks = new Set((text.match(han ? cjkPlace : latinPlace) ?? []).map((mark) => mark.toLowerCase()));
  return marks.size + (/\d/.test(text) && marks.size > 0 ? 1 : 0);
}

const notName =
  /\b(?:the|and|of|for|with|your|our|quality|service|solutions?|email|website|global|international|china|since|professional|welcome|certified|iso)\b/i;
const honour = /^(?:dr|mr|mrs|ms|prof|ing|dipl|sir)\.?\s+/i;

/** Whether the line may be a person's name in Latin letters: two to four capitalised words and nothing else. */
export function isLatinName(text: string): boolean {
  const bare = text.replace(honour, '').replace(/\s*[,(（].*$/, '');
  const words = bare.split(/\s+/);
  if (words.length < 2 || words.length > 4 || bare.length > 40) return false;
  if (
    notName.test(bare) ||
    latinTitle.test(bare) ||
    latinCompany.test(bare) ||
    legalForm.test(bare) ||
    latinDepartment.test(bare)
  )
    return false;
  return words.every((word) => /^(?:\p{Lu}[\p{L}'’-]*\.?|\p{Lu}\.?|van|von|de|der|da|di|la|bin|al)$/u.test(word));
}
