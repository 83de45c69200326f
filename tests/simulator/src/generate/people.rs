//! The people and firms that the generated mails come from.

use crate::mail::Address;
use crate::rng::{Rng, hash};

/// The mailbox's owner.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) address: Address,
    pub(crate) first_name: &'static str,
}

const OWNERS: [(&str, &str, &str); 8] = [
    ("alice", "Alice", "Alice Marchetti"),
    ("bob", "Bob", "Bob Lindqvist"),
    ("carol", "Carol", "Carol Nakamura"),
    ("dave", "Dave", "Dave Okonkwo"),
    ("erin", "Erin", "Erin Castellano"),
    ("frank", "Frank", "Frank Dubois"),
    ("grace", "Grace", "Grace Whitfield"),
    ("heidi", "Heidi", "Heidi Brandt"),
];

impl Owner {
    /// The owner of an address: known first names keep theirs, others get one by the address.
    pub(crate) fn of(email: &str) -> Self {
        let local = email.split('@').next().unwrap_or_default().to_ascii_lowercase();
        let found = OWNERS.iter().find(|(key, _, _)| local.starts_with(key)).copied();
        let (_, first_name, name) = found.unwrap_or_else(|| Rng::new(hash(email), &[]).pick(&OWNERS));
        Self {
            address: Address::new(name, email),
            first_name,
        }
    }
}

/// Someone who writes: first name, full name, address, firm.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Contact {
    pub(crate) first_name: &'static str,
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) company: &'static str,
    pub(crate) role: &'static str,
}

impl Contact {
    pub(crate) fn address(&self) -> Address {
        Address::new(self.name, self.email)
    }
}

macro_rules! contacts {
    ($($first:literal $name:literal $email:literal $company:literal $role:literal)*) => {
        &[$(Contact { first_name: $first, name: $name, email: $email, company: $company, role: $role }),*]
    };
}

pub(crate) const CONTACTS: &[Contact] = contacts! {
    "Sofia" "Sofia Brandt" "sofia.brandt@nordwind-logistics.example" "Nordwind Logistics" "Head of Operations"
    "James" "James Whitaker" "j.whitaker@halden-foods.example" "Halden Foods" "Purchasing Manager"
    "Priya" "Priya Raman" "priya.raman@lumenworks.example" "Lumenworks" "Product Lead"
    "Tomás" "Tomás Herrera" "tomas.herrera@costaverde.example" "Costa Verde Hotels" "General Manager"
    "Emma" "Emma Lindqvist" "emma@lindqvist-design.example" "Lindqvist Design Studio" "Creative Director"
    "Marcus" "Marcus Okafor" "marcus.okafor@brightline-energy.example" "Brightline Energy" "Facilities"
    "Claire" "Claire Dubois" "c.dubois@atelier-dubois.example" "Atelier Dubois" "Owner"
    "Daniel" "Daniel Novák" "daniel.novak@moravia-tools.example" "Moravia Tools" "Export Sales"
    "Hannah" "Hannah Fischer" "hannah.fischer@fischer-partner.example" "Fischer & Partner" "Tax Adviser"
    "Oliver" "Oliver Grant" "oliver.grant@grantbuild.example" "Grant Construction" "Site Manager"
    "Ingrid" "Ingrid Halvorsen" "ingrid@fjordline-shipping.example" "Fjordline Shipping" "Customer Service"
    "Rafael" "Rafael Monteiro" "rafael.monteiro@porto-ceramics.example" "Porto Ceramics" "Sales Director"
    "Naomi" "Naomi Clarke" "naomi.clarke@clarke-legal.example" "Clarke Legal" "Solicitor"
    "Stefan" "Stefan Weber" "s.weber@weber-maschinenbau.example" "Weber Maschinenbau" "Engineering"
    "Laura" "Laura Bianchi" "laura.bianchi@bianchi-interiors.example" "Bianchi Interiors" "Project Manager"
    "Ben" "Ben Carter" "ben.carter@carterprint.example" "Carter Print" "Account Manager"
};

/// Colleagues write from the owner's own domain.
pub(crate) const COLLEAGUES: &[(&str, &str, &str)] = &[
    ("Julia", "Julia Steiner", "julia.steiner"),
    ("Ahmed", "Ahmed Farouk", "ahmed.farouk"),
    ("Megan", "Megan O'Neill", "megan.oneill"),
    ("Lukas", "Lukas Meier", "lukas.meier"),
    ("Yuki", "Yuki Tanaka", "yuki.tanaka"),
    ("Chloe", "Chloe Bennett", "chloe.bennett"),
];

pub(crate) const PRODUCTS: &[&str] = &[
    "oak meeting tables",
    "LED panel lights",
    "reusable transport crates",
    "barcode scanners",
    "ceramic tableware",
    "office chairs (model Arco)",
    "water filters",
    "packaging foam",
    "steel shelving units",
    "uniform jackets",
];

pub(crate) const CITIES: &[&str] = &[
    "Lisbon",
    "Hamburg",
    "Lyon",
    "Manchester",
    "Gothenburg",
    "Vienna",
    "Milan",
    "Rotterdam",
];
