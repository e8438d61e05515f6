//! What `deguchi new` says of what it has written: the ranges, the files, and what to do next.

use std::fmt::Write as _;

use clap::ValueEnum as _;
use deguchi_model::Region;

use crate::{
    blueprint::{Blueprint, File, Monthly, Name, Nat},
    commands::{
        arguments::new::{NatKind, New, NewFormat},
        table::Table,
    },
    fix::{Prices, cli::quote},
    language::Language,
    words::{blueprint_english as english, blueprint_japanese as japanese},
};

/// What there is to say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'s> {
    pub(super) blueprint: &'s Blueprint,
    pub(super) files: &'s [File],
    /// Other files that Terraform reads in the folder.
    pub(super) others: &'s [String],
    pub(super) prices: &'s Prices,
    pub(super) arguments: &'s New,
}

/// Returns the text.
pub(super) fn render(said: &Said<'_>, language: Language) -> String {
    let Said { blueprint, files, others, prices, arguments } = *said;
    let (name, range, region) = (blueprint.name.as_str(), blueprint.ranges.vpc, blueprint.region.as_str());
    let (nat, heads) = match language {
        Language::English => (english::nat(blueprint.nat), english::HEADS),
        Language::Japanese => (japanese::nat(blueprint.nat), japanese::HEADS),
    };
    let mut text = format!("{name}  {region}  {range}  {nat}\n\n");
    text.push_str(&ranges(blueprint, heads));
    text.push_str(&costs(blueprint, prices, language));
    let folder = arguments.folder.display().to_string();
    let place = quote(&folder);
    let names: Vec<&str> = files.iter().map(|file| file.name).collect();
    let (written, next) = match language {
        Language::English => (english::written(&folder, arguments.dry_run), english::NEXT),
        Language::Japanese => (japanese::written(&folder, arguments.dry_run), japanese::NEXT),
    };
    // Writing to a string does not fail.
    let _ = writeln!(text, "\n{written}\n  {}", names.join("  "));
    if !others.is_empty() {
        let also = match language {
            Language::English => english::ALSO,
            Language::Japanese => japanese::ALSO,
        };
        let others: Vec<String> = others.iter().map(|name| crate::report::clean(name)).collect();
        let _ = writeln!(text, "{also}\n  {}", others.join("  "));
    }
    if arguments.format == NewFormat::Cloudformation {
        let _ = writeln!(text, "\n{next}\n{}", deployment(blueprint, &place));
        return text;
    }
    if blueprint.nat == Nat::Regional {
        let note = match language {
            Language::English => english::REGIONAL,
            Language::Japanese => japanese::REGIONAL,
        };
        let _ = writeln!(text, "\n{note}");
    }
    let _ = writeln!(
        text,
        "\n{next}\n  cd {place} && terraform init && terraform plan -out=tfplan\n  \
         terraform show -json tfplan > plan.json && deguchi check expectations.toml --from plan.json\n  \
         deguchi lab check --from plan.json"
    );
    text
}

/// The commands that deploy a template, and ask whether what is expected holds.
fn deployment(blueprint: &Blueprint, place: &str) -> String {
    let (name, region) = (blueprint.name.as_str(), blueprint.region.as_str());
    let role = if blueprint.bucket.is_some() { " --capabilities CAPABILITY_NAMED_IAM" } else { "" };
    let list = match blueprint.nat {
        Nat::None => format!(
            " \\\n    --parameter-overrides S3PrefixList=\"$(aws ec2 describe-managed-prefix-lists --region {region} \\\n      \
             --filters Name=prefix-list-name,Values=com.amazonaws.{region}.s3 --query 'PrefixLists[0].PrefixListId' --output text)\""
        ),
        _ => String::new(),
    };
    format!(
        "  cd {place} && aws cloudformation deploy --region {region} --stack-name {name} --template-file template.yaml{role}{list}\n  \
         AWS_REGION={region} scripts/snapshot.sh snapshot && deguchi check expectations.toml --from snapshot"
    )
}

/// What it costs, and by which prices.
fn costs(blueprint: &Blueprint, prices: &Prices, language: Language) -> String {
    let region = Region::new(blueprint.region.as_str());
    let Some((of_region, basis)) = prices.of(Some(&region)) else { return String::new() };
    let own = Monthly::of_nat(blueprint.nat, blueprint.ranges.number_of_zones(), prices, of_region);
    let machines = Monthly::of_machines(blueprint, prices, of_region);
    let lines = match language {
        Language::English => english::costs(&own, machines.as_ref(), &basis),
        Language::Japanese => japanese::costs(&own, machines.as_ref(), &basis),
    };
    format!("\n{}\n", lines.join("\n"))
}

/// What each kind of NAT is and costs, for who has to choose one.
pub(super) fn kinds(region: &Name, zones: u8, prices: &Prices, language: Language) -> String {
    let Some((of_region, basis)) = prices.of(Some(&Region::new(region.as_str()))) else { return String::new() };
    let mut table = Table::default();
    for kind in NatKind::value_variants() {
        let nat = Nat::from(*kind);
        let monthly = Monthly::of_nat(nat, zones, prices, of_region);
        let (what, cost) = match language {
            Language::English => (english::nat(nat), english::a_month(&monthly, &basis)),
            Language::Japanese => (japanese::nat(nat), japanese::a_month(&monthly, &basis)),
        };
        let name = kind.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        table.row([format!("  {name}"), what.to_owned(), cost]);
    }
    table.render()
}

fn ranges(blueprint: &Blueprint, [zone, public, protected, private, spare]: [&str; 5]) -> String {
    let has_protected = blueprint.nat.has_protected();
    let mut table = Table::default();
    let row = |table: &mut Table, cells: [String; 4]| {
        let [zone, public, protected, private] = cells;
        match has_protected {
            true => table.row([zone, public, protected, private]),
            false => table.row([zone, public, private]),
        };
    };
    row(&mut table, [zone, public, protected, private].map(str::to_owned));
    for zone in &blueprint.ranges.zones {
        let ranges = [zone.public, zone.protected, zone.private].map(|range| range.to_string());
        let [public, protected, private] = ranges;
        row(&mut table, [zone.number.to_string(), public, protected, private]);
    }
    let mut text = table.render();
    let kept = if has_protected { String::new() } else { format!("{}, ", blueprint.ranges.protected) };
    let _ = writeln!(text, "{spare}: {kept}{}", blueprint.ranges.spare);
    text
}
