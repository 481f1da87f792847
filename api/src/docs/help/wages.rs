//! Help with wage types and their offers.

super::help! {
    "wage_limits_contradict" on "/api/v1/wage-offers" at "/max_per_month": "is below max_per_day, which is 8",
        "The limit of a longer time is below that of a shorter one, which could then never be reached.",
        "Raise the limit that `pointer` names, lower the shorter one, or leave one of them out: absent means unlimited.";
    "wage_offer_fixed" on "/api/v1/wage-offers/{id}": "remove it and make another",
        "An offer stays with its holder and wage type, and is one of a role's own or not, for good; only mode, limits, window and external id change.",
        "Create the new offer, then delete this one.";
    "wage_offer_exists" on "/api/v1/wage-offers": "it is 019aa0b2-7a51-7c04-9d6a-7a3f0c1f5e11",
        "The holder has a setting for that wage type which holds on some of the same days, so that it would not be clear which counts.",
        "Change that one, which `detail` names, with `PATCH /api/v1/wage-offers/{id}`; or end it first (`valid_to`) and let this one begin on the day after.";
}
