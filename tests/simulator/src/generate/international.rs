//! Mails in other languages and scripts: sender, address, subject, paragraphs.

/// One mail in one language; `rtl` is written from right to left.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Foreign {
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) subject: &'static str,
    pub(crate) body: &'static str,
    pub(crate) rtl: bool,
}

macro_rules! foreign {
    ($($name:literal $email:literal $subject:literal $body:literal $rtl:literal)*) => {
        &[$(Foreign { name: $name, email: $email, subject: $subject, body: $body, rtl: $rtl }),*]
    };
}

pub(crate) const FOREIGN: &[Foreign] = foreign! {
    "Анна Соколова" "sokolova@volga-trade.example" "Коммерческое предложение № {number}"
    "Добрый день!\nНаправляем вам коммерческое предложение № {number} на сумму {amount}. Срок поставки — три недели.\nБудем рады ответить на ваши вопросы." false
    "田中 美咲" "tanaka@sakura-shoji.example" "お見積りの件（注文番号 {number}）"
    "いつもお世話になっております。\nご依頼いただきましたお見積書をお送りいたします。納期は約三週間の予定です。\nご不明な点がございましたら、お気軽にお問い合わせください。" false
    "王 小明" "wang@huaxia-trade.example" "关于订单 {number} 的交货时间"
    "您好！\n订单 {number} 已经安排生产，预计下周五发货。\n如有任何问题，请随时与我们联系。谢谢！" false
    "김지훈" "kim@hangang-tech.example" "회의 일정 안내 ({number})"
    "안녕하세요.\n다음 주 회의 일정을 안내드립니다. 참석 가능 여부를 알려주시기 바랍니다.\n감사합니다." false
    "ليلى حداد" "layla@haddad-group.example" "عرض سعر رقم {number}"
    "مرحباً،\nنرسل إليكم عرض السعر المطلوب بقيمة {amount}. مدة التسليم ثلاثة أسابيع.\nمع أطيب التحيات" true
    "נועה לוי" "noa@levi-studio.example" "סיכום פגישה והצעדים הבאים"
    "שלום,\nתודה על הפגישה המועילה. מצורף סיכום קצר של ההחלטות והצעדים הבאים.\nבברכה" true
    "Élodie Lefèvre" "elodie.lefevre@maison-lefevre.example" "Votre commande nº {number} : livraison prévue à Évry"
    "Bonjour,\nVotre commande a été préparée ; la livraison est prévue lundi, entre 8 h et 12 h.\nN’hésitez pas à nous appeler en cas d’empêchement. Très bonne journée !" false
    "Jürgen Großmann" "j.grossmann@grossmann-söhne.example" "Rückfrage zu Ihrer Bestellung über {count} Stühle"
    "Guten Tag,\nzu Ihrer Bestellung haben wir eine kurze Rückfrage: Sollen die Stühle vormontiert geliefert werden?\nFür eine Antwort bis Freitag wären wir Ihnen dankbar. Schöne Grüße aus Köln" false
    "María Núñez" "maria.nunez@nunez-consultores.example" "¿Confirmamos la reunión del próximo miércoles?"
    "Buenos días:\n¿Te viene bien el miércoles a las diez? He preparado la presentación con los números del año.\nUn saludo cordial" false
    "Παπαδοπούλου Ελένη" "eleni@aegean-olives.example" "Προσφορά για ελαιόλαδο, παρτίδα {number}"
    "Καλημέρα σας,\nΣας στέλνουμε την προσφορά μας για τη νέα σοδειά. Δείγματα είναι διαθέσιμα.\nΜε εκτίμηση" false
    "अनिता शर्मा" "anita@sharma-textiles.example" "आपके ऑर्डर {number} की जानकारी"
    "नमस्ते,\nआपका ऑर्डर तैयार है और इस सप्ताह भेज दिया जाएगा।\nधन्यवाद" false
    "Zoë 🌿 Greenfield" "zoe@greenfield-flowers.example" "🎉 Summer party on Friday — save the date! 🌞🍦"
    "Hello everyone! 👋\nOur summer party is on Friday. There will be ice cream 🍦, music 🎶 and a raffle.\nPlease tell me if you bring your family 👨‍👩‍👧." false
};
