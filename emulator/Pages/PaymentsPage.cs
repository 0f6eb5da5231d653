using Microsoft.AspNetCore.Http;
using Shop.Emulator.Stripe;
using Shop.Emulator.Webhooks;
using static Shop.Emulator.Pages.Elements;

namespace Shop.Emulator.Pages;

/// <summary>The payments at Stripe, with what the shopper, the bank and bad luck can do to them.</summary>
internal static class PaymentsPage
{
    private static readonly string[] Payable = [PaymentStatus.RequiresPaymentMethod, PaymentStatus.RequiresConfirmation, PaymentStatus.RequiresAction];

    private sealed record Shown(Payment Payment, IReadOnlyList<KeptEvent> Events);

    /// <summary>Newest first; <c>?limit=</c> says how many.</summary>
    public static async Task<Page?> List(HttpContext context)
    {
        StripeStore store = context.Service<StripeStore>();
        var newest = (await store.List("payment", null, null, [], context.RequestAborted)).Take(context.Limit(30, 200));
        Shown?[] found = await Task.WhenAll(newest.Select(row => Find(store, row.Token, context.RequestAborted)));
        Shown[] payments = [.. found.OfType<Shown>()];
        PaymentMisbehaviour general = await context.Service<StripePayments>().General(context.RequestAborted);
        return new Page("Payments", new { data = payments.Select(Data), misbehaviour = general }, () => Markup.Of($"""
            <p class="lead">Stripe as the shop sees it. Be the shopper, the bank, or the network that loses a webhook.</p>
            {Table(["Payment", "Amount", "Status", "Webhooks"], [.. payments.Select(Row)], "No payment yet: check out a cart.")}
            <h2>Trouble on request, for every payment</h2>
            {Order("/emulator/payments/misbehave", general, withPercent: true, unit: "minor units")}
            """));
    }

    public static async Task<Page?> Show(HttpContext context)
    {
        string? token = StripeIds.Token("pi", context.Route("id"));
        if (token is null || await Find(context.Service<StripeStore>(), token, context.RequestAborted) is not { } shown) return null;
        return new Page(shown.Payment.Id, Data(shown), () => Body(shown));
    }

    private static async Task<Shown?> Find(StripeStore store, string token, CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<KeptEvent>> events = store.EventsOf(token, cancellationToken);
        return await store.Find(token, cancellationToken) is { } stored ? new Shown(stored.Payment, await events) : null;
    }

    private static Markup Row(Shown shown) => Markup.Of($"""
        <tr><td class="wide"><a class="mono" href="{Path("payments", shown.Payment.Id)}">{shown.Payment.Id}</a><span class="under">{When(shown.Payment.Created)}</span><span class="under">{About(shown.Payment)}</span></td>
        <td class="amount">{Amount(shown.Payment.Amount, shown.Payment.Currency)}</td>
        <td>{Badge(shown.Payment.Status)}{Declined(shown.Payment)}</td>
        <td>{WebhookElements.Summary(shown.Events.Select(e => e.Webhook))}{Ordered(shown.Payment.Misbehaviour)}</td>
        </tr>
        <tr class="press"><td colspan="4">{Buttons(shown.Payment)}</td></tr>
        """);

    private static Markup Body(Shown shown) => Markup.Of($"""
        {Facts(
            ("Amount", Text(Amount(shown.Payment.Amount, shown.Payment.Currency))), ("Status", Badge(shown.Payment.Status)), ("Created", When(shown.Payment.Created)),
            ("Received", Text(Amount(shown.Payment.AmountReceived, shown.Payment.Currency))), ("Capture", Text(shown.Payment.CaptureMethod)), ("Card", Text(shown.Payment.PaymentMethod?.TestCard)),
            ("Cancelled because", Text(shown.Payment.CancellationReason)), ("About", Text(About(shown.Payment))), ("Declined because", Declined(shown.Payment)), ("Told to", Ordered(shown.Payment.Misbehaviour)))}
        {Buttons(shown.Payment)}
        {Return(shown.Payment)}
        <h2>Webhooks</h2>
        {WebhookElements.Table(shown.Events.Select(e => (e.Type, e.Webhook)))}
        <h2>Attempts</h2>
        {Table(["Charge", "Card", "Amount", "Refunded", "Outcome", "Time"], [.. shown.Payment.Charges.Select(c => Markup.Of($"""
            <tr><td class="mono">{c.Id}</td><td>{c.PaymentMethod.TestCard}</td><td class="amount">{Amount(c.Amount, shown.Payment.Currency)}</td><td class="amount">{Amount(c.AmountRefunded, shown.Payment.Currency)}</td>
            <td>{Badge(c.Failure is null ? "succeeded" : "failed")}</td><td>{When(c.Created)}</td></tr>
            """))], "Nobody has tried to pay yet.")}
        <h2>Refunds</h2>
        {Table(["Refund", "Amount", "Status", "Time"], [.. shown.Payment.Refunds.Select(r => Markup.Of($"""
            <tr><td class="mono wide">{r.Id}</td><td class="amount">{Amount(r.Amount, shown.Payment.Currency)}</td><td>{Badge(r.Status)}<span class="under">{r.FailureReason}</span></td><td>{When(r.Created)}</td></tr>
            """))], "None yet.")}
        <h2>Trouble on request, for this payment</h2>
        {Order($"/emulator/payments/{shown.Payment.Id}/misbehave", shown.Payment.Misbehaviour ?? PaymentMisbehaviour.None, withPercent: false, unit: "minor units")}
        """);

    private static Markup Buttons(Payment payment)
    {
        string at = $"/emulator/payments/{payment.Id}/";
        Markup pay = !Payable.Contains(payment.Status) ? Markup.None : Markup.Of($"""
            {Button(at + "pay", "Pay", "primary", "The shopper pays with a good card")}{Button(at + "decline", "Decline", "danger", "The bank declines the card")}
            """);
        Markup refunds = payment.Status != PaymentStatus.Succeeded ? Markup.None : Markup.Of($"""
            {Button(at + "pend", "Refunds wait", hint: "Refunds from now on are pending")}{Button(at + "arrive", "Refund arrives", hint: "The newest pending refund succeeds")}
            {Button(at + "bounce", "Refund bounces", "danger", "The newest refund fails, even one that had succeeded")}
            """);
        return Markup.Of($"""
            <div class="buttons">{pay}{refunds}
            {Button(at + "duplicate", "Duplicate", hint: "Posts the newest webhook again; before there is one, every webhook twice")}
            {Button(at + "delay", "Delay 1 min", hint: "Webhooks from now on come a minute later", fields: ("by", "PT1M"))}
            {Button(at + "reorder", "Reorder", hint: "Every other webhook is overtaken by the next")}
            {Button(at + "drop", "Drop", hint: "Webhooks from now on are lost")}
            {Button(at + "late", "Late", hint: payment.Status == PaymentStatus.Canceled ? "Is paid although it was cancelled" : "Will be paid although it gets cancelled")}
            </div>
            """);
    }

    /// <summary>The form that tells a payment provider what to do wrong.</summary>
    /// <param name="unit">In which it counts money.</param>
    public static Markup Order(string action, PaymentMisbehaviour order, bool withPercent, string unit) => Markup.Of($"""
        <form class="panel order" method="post" action="{action}">
        {Check("duplicate", order.Duplicate, "Duplicate")}{Check("reorder", order.Reorder, "Reorder")}{Check("drop", order.Drop, "Drop")}{Check("late", order.Late, "Paid late")}
        {Field("delay", order.Delay, "Delay", "PT1M")}{Field("wrongAmount", order.WrongAmount?.ToString(System.Globalization.CultureInfo.InvariantCulture), "Wrong amount", unit)}
        {(withPercent ? Field("percent", order.Percent.ToString(System.Globalization.CultureInfo.InvariantCulture), "Of a hundred", "100") : Markup.None)}
        <button>Misbehave</button></form>
        """);

    /// <summary>Where a bank sends the shopper back to, once the payment was authenticated on this page.</summary>
    private static Markup Return(Payment payment) =>
        payment.Status != PaymentStatus.RequiresAction && payment.ActionUrl is not null && Uri.TryCreate(payment.ReturnUrl, UriKind.Absolute, out Uri? back) && back.Scheme is "http" or "https"
            ? Markup.Of($"""<p><a href="{back.AbsoluteUri}" rel="noreferrer">Back to the shop</a></p>""")
            : Markup.None;

    public static Markup Ordered(PaymentMisbehaviour? order)
    {
        if (order is null) return Markup.None;
        (bool On, string Name)[] all =
            [(order.Duplicate, "duplicate"), (order.Reorder, "reorder"), (order.Drop, "drop"), (order.Late, "late"), (order.Delay is not null, $"delay {order.Delay}"), (order.WrongAmount is not null, "wrong amount")];
        return Markup.Of($"""<span class="under">{all.Where(one => one.On).Select(one => Chip(one.Name))}</span>""");
    }

    private static Markup Declined(Payment payment) => payment.LastError is { } error ? Markup.Of($"""<span class="under">{error.Decline.DeclineCode ?? error.Decline.Code}</span>""") : Markup.None;

    private static string About(Payment payment) => string.Join(", ", payment.Metadata.Select(m => $"{m.Key} {m.Value}"));

    private static object Data(Shown shown) => new
    {
        id = shown.Payment.Id,
        amount = shown.Payment.Amount,
        amountReceived = shown.Payment.AmountReceived,
        currency = shown.Payment.Currency,
        status = shown.Payment.Status,
        created = shown.Payment.Created,
        metadata = shown.Payment.Metadata,
        misbehaviour = shown.Payment.Misbehaviour,
        webhooks = shown.Events.Select(e => WebhookElements.Shown(e.Id, e.Type, e.Webhook)),
    };

    /// <summary>Stripe counts in minor units, of which most currencies have a hundred.</summary>
    private static string Amount(long minor, string currency)
    {
        int digits = currency switch { "jpy" or "krw" or "vnd" => 0, "kwd" => 3, _ => 2 };
        decimal major = minor / (decimal)Math.Pow(10, digits);
        string format = major == decimal.Truncate(major) ? "N0" : $"N{digits}";
        return $"{currency.ToUpperInvariant()} {major.ToString(format, System.Globalization.CultureInfo.InvariantCulture)}";
    }
}
