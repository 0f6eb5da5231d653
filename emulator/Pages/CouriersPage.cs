using System.Globalization;
using Microsoft.AspNetCore.Http;
using Shop.Emulator.Courier;
using Shop.Emulator.Webhooks;
using static Shop.Emulator.Pages.Elements;

namespace Shop.Emulator.Pages;

/// <summary>The parcels, where they are, and buttons that move them.</summary>
internal static class CouriersPage
{
    /// <summary>Newest first.</summary>
    public static async Task<Page?> List(HttpContext context)
    {
        IReadOnlyList<Parcel> parcels = [.. (await context.Service<ParcelStore>().List(context.RequestAborted)).Take(context.Limit(50, 500))];
        CourierMisbehaviour order = await context.Service<Parcels>().Misbehaviour(context.RequestAborted);
        return new Page("Couriers", new { data = parcels.Select(CourierCalls.Shown), misbehaviour = order }, () => Markup.Of($"""
            <p class="lead">A parcel moves one step every {ParcelRules.Pace.TotalSeconds} seconds of the emulator's clock, unless it is held.</p>
            {Table(["Parcel", "To", "Status", "Way"], [.. parcels.Select(Row)], "No parcel yet: the shop books one when an order is paid.")}
            <h2>Trouble on request</h2>
            <form class="panel order" method="post" action="/emulator/couriers/misbehave">
            {Check("duplicate", order.Duplicate, "Webhooks twice")}{Check("lost", order.Lost, "Webhooks lost")}{Check("wrong", order.Wrong, "Webhooks wrong")}{Check("unnumbered", order.Unnumbered, "Numbers later")}
            {Field("fail", order.Fail.ToString(CultureInfo.InvariantCulture), "Fail the next calls", "0")}{Field("slow", order.Slow, "Answer later by", "PT5S")}
            <button>Misbehave</button></form>
            """));
    }

    public static async Task<Page?> Show(HttpContext context)
    {
        if (await context.Service<Parcels>().Find(context.Route("trackingNumber"), context.RequestAborted) is not { } parcel) return null;
        IReadOnlyList<Webhook> webhooks = await context.Service<ParcelStore>().WebhooksOf(parcel.Digits, context.RequestAborted);
        return new Page(parcel.TrackingNumber, CourierCalls.Shown(parcel), () => Markup.Of($"""
            {Facts(
                ("Courier", Text($"{parcel.Rate.Name} ({parcel.Rate.Id})")), ("Status", Status(parcel)), ("Reference", Text(parcel.Booking.Reference)), ("To", Text(Recipient(parcel))),
                ("Weight", Text($"{parcel.Booking.Grams} g{(parcel.Booking.CubicCm > 0 ? $", {parcel.Booking.CubicCm} cm³" : "")}{(parcel.Booking.Insured ? ", insured" : "")}")),
                ("Collects", Text(parcel.Booking.CollectCash is { } cash ? $"{cash.Currency} {cash.Amount / 100m:N2}" : "nothing")), ("Label", Markup.Of($"""<a href="{Path("couriers", parcel.TrackingNumber)}/label">PDF</a>""")),
                ("Moves next", parcel.MovesAt is { } at ? When(at) : Text(parcel.Held ? "when it is let go" : "no more")))}
            {Buttons(parcel)}
            <h2>Way</h2>
            {Table(["Status", "Told to the shopper", "Time"], [.. parcel.Events.Select(e => Markup.Of($"<tr><td>{Badge(e.Status.ToString())}</td><td class=\"wide\">{e.Description}</td><td>{When(e.At)}</td></tr>"))], "")}
            <h2>Webhooks</h2>
            {WebhookElements.Table(webhooks.Select(w => (w.RowKey.EndsWith("number", StringComparison.Ordinal) ? "order.waybill_id" : "order.status", w)))}
            """));
    }

    private static Markup Row(Parcel parcel) => Markup.Of($"""
        <tr><td class="nowrap"><a class="mono" href="{Path("couriers", parcel.TrackingNumber)}">{parcel.TrackingNumber}</a><span class="under">{parcel.Rate.Name}</span><span class="under">{parcel.Booking.Reference}</span></td>
        <td class="wrap">{Recipient(parcel)}</td><td>{Status(parcel)}</td>
        <td class="wide"><ul class="steps">{parcel.Events.Select(e => Markup.Of($"<li>{Words(e.Status.ToString())} <time title=\"{e.At:O}\">{e.At.UtcDateTime:HH:mm:ss}</time></li>"))}</ul></td>
        </tr>{(Buttons(parcel) is var buttons && buttons.ToString().Length > 0 ? Markup.Of($"<tr class=\"press\"><td colspan=\"4\">{buttons}</td></tr>") : Markup.None)}
        """);

    private static Markup Status(Parcel parcel) => Markup.Of($"{Badge(parcel.Status.ToString())}{(parcel.Held ? Badge("held") : Markup.None)}");

    private static string Recipient(Parcel parcel) => $"{parcel.Booking.Destination.Name}, {parcel.Booking.Destination.Address}";

    /// <summary>Only what can become of the parcel from where it is.</summary>
    private static Markup Buttons(Parcel parcel)
    {
        string at = $"/emulator/couriers/{Uri.EscapeDataString(parcel.TrackingNumber)}/";
        ParcelStatus? next = ParcelRules.Next(parcel.Status);
        if (parcel.Status is ParcelStatus.Delivered or ParcelStatus.Returned or ParcelStatus.Cancelled) return Markup.None;
        return Markup.Of($"""
            <div class="buttons">
            {(next is null ? Markup.None : Button(at + "move", "Move", "primary", $"To {next}"))}
            {Offer(ParcelStatus.Delivered, "deliver", "Deliver")}{Offer(ParcelStatus.Failed, "fail", "Fail")}{Offer(ParcelStatus.Returned, "return", "Return")}{Offer(ParcelStatus.Cancelled, "cancel", "Call off")}
            {(parcel.Status == ParcelStatus.Failed ? Button(at + "retry", "Try again") : Markup.None)}{(parcel.Unnumbered ? Button(at + "number", "Number") : Markup.None)}
            {(next is null ? Markup.None : parcel.Held ? Button(at + "hold", "Let go", fields: ("on", "false")) : Button(at + "hold", "Hold", hint: "Stays where it is until it is let go"))}
            </div>
            """);

        Markup Offer(ParcelStatus to, string button, string label) => ParcelRules.CanBecome(parcel.Status, to) && to != parcel.Status ? Button(at + button, label) : Markup.None;
    }
}
