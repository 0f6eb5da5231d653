using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Shop.Checkout;

/// <summary>Section <c>Checkout</c>.</summary>
public sealed class CheckoutOptions
{
    /// <summary>How long a paid order waits before a courier is called: until then its customer may cancel it. 0 calls at once.</summary>
    [Range(0, 7 * 24 * 60)]
    public int SendAfterMinutes { get; init; }

    /// <summary>Working days until an order is handed over, or ready to be collected: what is promised.</summary>
    [Range(0, 60)]
    public int HandlingDays { get; init; } = 1;

    /// <summary>On which days of the week the shop and its couriers work.</summary>
    [Required, RegularExpression("^(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)(,(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday))*$", ErrorMessage = "Checkout__WorkingDays must be days of the week in English, parted by commas.")]
    public string WorkingDays { get; init; } = "Monday,Tuesday,Wednesday,Thursday,Friday";

    /// <summary>Holidays such as <c>2026-12-25,2027-01-01</c>.</summary>
    [RegularExpression("^$|^[0-9]{4}-[0-9]{2}-[0-9]{2}(,[0-9]{4}-[0-9]{2}-[0-9]{2})*$", ErrorMessage = "Checkout__Holidays must be days such as 2026-12-25, parted by commas.")]
    public string Holidays { get; init; } = "";

    /// <summary>Whether goods that lie at several locations go in a parcel each.</summary>
    public bool SplitByLocation { get; init; } = true;

    /// <summary>Whether what is there is sent before what was promised has come.</summary>
    public bool SendReadyFirst { get; init; }

    /// <summary>How long goods wait to be collected before staff are told.</summary>
    [Range(1, 90)]
    public int CollectWithinDays { get; init; } = 7;

    /// <summary>How many days after the delivery a courier has remitted what it collected at the door; then staff are told.</summary>
    [Range(1, 90)]
    public int RemitWithinDays { get; init; } = 7;

    /// <summary>How long after its end money that came too late makes an order go on, where everything is there still; later, and with 0 always, it goes back.</summary>
    [Range(0, 14 * 24)]
    public int ReinstateWithinHours { get; init; } = 72;

    /// <summary>So many working days after a day; 0 is the day itself, or the next working day.</summary>
    internal DateOnly Workday(DateOnly day, int after)
    {
        string[] week = WorkingDays.Split(','), holidays = Holidays.Split(',');
        bool Works(DateOnly on) => week.Contains(on.DayOfWeek.ToString(), StringComparer.Ordinal) && !holidays.Contains(on.ToString("O", CultureInfo.InvariantCulture), StringComparer.Ordinal);
        while (!Works(day)) day = day.AddDays(1);
        for (; after > 0; after--)
        {
            do day = day.AddDays(1);
            while (!Works(day));
        }
        return day;
    }

    /// <summary>Who is told when an order stands still; empty for nobody.</summary>
    [RegularExpression("^$|^[^@\\s]+@[^@\\s]+$", ErrorMessage = "Checkout__AlertEmail must be an e-mail address, or be empty.")]
    public string AlertEmail { get; init; } = "";
}
