//! What business correspondents write about. A scenario is a subject and the mails of its conversation in turn:
//! the first from the other side, the second an answer, and so on; paragraphs are parted by a line break.

/// A conversation's texts. `{company}`, `{product}`, `{city}`, `{number}`, `{amount}`, `{count}`, `{day}` and
/// `{date}` are filled in.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scenario {
    pub(crate) subject: &'static str,
    pub(crate) turns: &'static [&'static str],
    /// The user label that fits.
    pub(crate) topic: Topic,
    /// File that goes with the first mail.
    pub(crate) file: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Topic {
    #[default]
    General,
    Customers,
    Invoices,
    Projects,
}

macro_rules! scenario {
    ($topic:ident $file:expr, $subject:literal, $($turn:literal),+ $(,)?) => {
        Scenario { subject: $subject, turns: &[$($turn),+], topic: Topic::$topic, file: $file }
    };
}

pub(crate) const SCENARIOS: &[Scenario] = &[
    scenario!(Customers None, "Order {number}: delivery date for the {product}",
        "We placed order {number} for {count} {product} and have not received a delivery date yet.\nOur fitters are booked for {day}, so could you let me know whether that still works, and which carrier you use?",
        "Thank you for your message. The goods left our warehouse this morning and should reach {city} on {day}.\nI will send you the tracking number as soon as the carrier has scanned the pallets.",
        "Great news, thank you. Please make sure the driver calls 30 minutes ahead: the loading bay is shared.",
        "Noted and passed on to the driver. The tracking number is NW-{number}-EU.",
        "All {count} arrived this morning, in perfect condition. Thanks for the quick help."),
    scenario!(Customers Some("quote.pdf"), "Quote request: {count} {product}",
        "We are refurbishing our branch in {city} and are looking for {count} {product}.\nCould you send us a quote including delivery and assembly? We would need everything by the end of next month.",
        "Thank you for thinking of us. Please find our quote attached: {amount} net, delivery included, valid for 30 days.\nFrom 50 pieces on we can offer a further 4 %.",
        "The price works for us. Two questions before I take it to the board: can you deliver in two lots, and is the warranty three or five years?",
        "Two lots are no problem. The warranty is five years on the frame and three on moving parts.",
        "Approved! The signed order is on its way to you."),
    scenario!(Projects None, "Project Atlas: kick-off on {day}",
        "I would like to bring everyone together for the Atlas kick-off on {day} at 10:00.\nAgenda: goals and scope (20 min), timeline (20 min), who does what (15 min), open questions. Please add what is missing.",
        "Works for me. I would add the data migration: we should decide early whether we move the archive in one go or by year.",
        "Good point, it is on the agenda now. Can you bring the figures from the test run?",
        "Yes, I will have a one-page summary with durations and error rates.",
        "Thanks all for a very productive meeting. The notes and the list of actions are in the project folder; next check-in is {day}."),
    scenario!(Invoices Some("invoice.pdf"), "Invoice {number} from {company}",
        "Please find attached invoice {number} over {amount} for services up to {date}.\nThe amount is due within 14 days. Our bank details have not changed.",
        "Thank you, received. One question: position 3 lists {count} hours, our time sheet shows two fewer. Could you check?",
        "You are right, two hours belong to the next month. A corrected invoice is attached; please discard the first one.",
        "Perfect, payment goes out on {day}."),
    scenario!(Projects Some("wireframes.pdf"), "Website relaunch: first design drafts",
        "The first drafts of the new home page and the product pages are ready.\nWe tried to keep the calm look you liked and gave the search much more room. I am curious what you think!",
        "These look lovely. The colours on the product page are a bit pale for our range, and the phone number should be visible without scrolling.",
        "Understood. We will try a darker green for the buttons and move the contact line up. New version by {day}.",
        "The second version is spot on. Let's build it."),
    scenario!(General None, "Lunch with the team from {company}",
        "The colleagues from {company} are in {city} next week. Shall we take them to lunch on {day}?\nThere are four of them, two vegetarians.",
        "Very good idea. I will book a table for eight at the Italian place round the corner, 12:30.",
        "Perfect, I will tell them. Thank you for arranging it."),
    scenario!(Customers None, "Complaint: damaged crates in delivery {number}",
        "Unfortunately three crates of delivery {number} arrived damaged, and the contents of one cannot be used.\nPhotos are in our portal. How would you like to proceed?",
        "I am very sorry about that. We are sending replacements today by express, at no cost to you; please keep the damaged crates for the carrier's inspection.",
        "That was quick: the replacements are here. The inspector came by as well, everything is settled on our side.",
        "Thank you for your patience. We have changed the packing for the long route so that this does not happen again."),
    scenario!(General Some("contract-draft.pdf"), "Framework agreement {company}: comments by {day}",
        "Attached is the draft of the framework agreement with the changes we discussed.\nOpen points are clause 7 (liability) and the notice period. Could I have your comments by {day}?",
        "Thank you. Clause 7 is fine with the cap at one year's volume. We would prefer three months' notice instead of six.",
        "Three months is acceptable. I will prepare the final version for signature.",
        "Signed on our side. Looking forward to working together."),
    scenario!(Projects None, "Budget for next quarter",
        "The figures for next quarter are due on {day}. Could you send me your planned spending for tools, travel and training?\nLast quarter you were 6 % under plan, so there is some room.",
        "Tools stay the same. Travel goes up a little because of the fair in {city}; I estimate {amount} in total.",
        "Thank you, entered. I moved the training days to the second month, as two colleagues are on leave before.",
        "Makes sense to me."),
    scenario!(General None, "Trade fair in {city}: stand and travel",
        "Our stand is confirmed: hall 4, number {count}, 24 square metres. Set-up is the day before, from 8:00.\nWho travels by train, who by car? The hotel holds six rooms for us until {day}.",
        "I take the train and stay all three days. The {product} samples can travel with the carrier on Monday.",
        "Booked. The stand builder asks for the final artwork by {day}.",
        "Artwork is uploaded; please check the spelling of the slogan once more."),
    scenario!(Customers None, "Support ticket {number}: login fails after update",
        "Since yesterday's update five of our users cannot log in; they see the message that their session has expired.\nIt concerns only accounts created before {date}. Can you help?",
        "Thank you for the precise description. We could reproduce it and are testing a fix; until then, clearing the site's cookies helps.",
        "Clearing cookies works for four of the five. The fifth still has the problem.",
        "The fix is live since 14:00. Could you ask your colleague to try again?",
        "Confirmed, everyone can log in again. Please close the ticket."),
    scenario!(General Some("cv.pdf"), "Application: account manager in {city}",
        "Attached you find the documents of a candidate for the account manager position in {city}.\nShe has six years of experience with {product} and could start on the first of next month. Shall we invite her?",
        "A very good profile. Please propose two dates next week; I would like Julia to join the interview.",
        "She confirmed {day} at 15:00. The room is booked.",
        "A convincing talk: let's make an offer."),
    scenario!(Invoices None, "Payment reminder: invoice {number}",
        "According to our records invoice {number} over {amount} is still open; it was due on {date}.\nIf you have paid in the meantime, please ignore this message.",
        "We transferred the amount on {day}; the reference was the order number instead of the invoice number, sorry for that.",
        "Found it, thank you. The account is balanced."),
    scenario!(Projects Some("specification.pdf"), "Specification of the {product}: version {count}",
        "Version {count} of the specification is attached, with the tolerances your engineers asked for.\nWhat changed: section 3.2 (materials), 4.1 (surface) and the drawing on page 12.",
        "Thanks, we checked it. Section 4.1 should name the test method, otherwise we can release it.",
        "The test method is added. This is the released version."),
];

pub(crate) const QUICK_NOTES: &[(&str, &str)] = &[
    (
        "Can you call me back?",
        "I tried to reach you about the {product}. Please call me when you are at your desk, I am in until five.",
    ),
    (
        "Keys for the {city} office",
        "The spare keys are in the safe now; the code is the usual one. Please sign the list when you take them.",
    ),
    (
        "Minutes of {day}",
        "Short and sweet: we go ahead with {company}, Megan prepares the order, Lukas checks the stock. Next meeting in two weeks.",
    ),
    (
        "Out of office next week",
        "I am on leave next week. Chloe looks after my customers; for anything urgent call the main number.",
    ),
    (
        "Coffee machine",
        "The new coffee machine is here! Instructions are on the door of the kitchen. Please empty the tray in the evening.",
    ),
    (
        "Parking on {day}",
        "The car park is being resurfaced on {day}. Please use the street behind the building.",
    ),
];
