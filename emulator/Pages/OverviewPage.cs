using Microsoft.AspNetCore.Http;
using Shop.Emulator.Clock;
using Shop.Emulator.Courier;
using Shop.Emulator.Durable;
using Shop.Emulator.Functions;
using Shop.Emulator.Mailbox;
using Shop.Emulator.Midtrans;
using Shop.Emulator.Stripe;
using static Shop.Emulator.Pages.Elements;

namespace Shop.Emulator.Pages;

/// <summary>How everything stands, and what needs somebody's eye.</summary>
internal static class OverviewPage
{
    private static readonly string[] Open = [PaymentStatus.RequiresPaymentMethod, PaymentStatus.RequiresAction, PaymentStatus.RequiresConfirmation];

    public static async Task<Page?> Show(HttpContext context)
    {
        StripeStore stripe = context.Service<StripeStore>();
        ReceivedMail? mail = await context.Service<MailStore>().List(null, 1, context.RequestAborted) is [var newest] ? newest : null;
        IReadOnlyDictionary<string, int> payments = await stripe.CountPayments(context.RequestAborted);
        int unpaid = Open.Sum(payments.GetValueOrDefault), paid = payments.GetValueOrDefault(PaymentStatus.Succeeded);
        IReadOnlyList<Transaction> transactions = await context.Service<MidtransStore>().List(context.RequestAborted);
        int pending = transactions.Count(t => t.Status == TransactionStatus.Pending), settled = transactions.Count(t => t.Status == TransactionStatus.Settlement);
        IReadOnlyList<Parcel> parcels = await context.Service<ParcelStore>().List(context.RequestAborted);
        Dictionary<string, int> orchestrations = (await context.Service<InstanceStore>().Index(context.RequestAborted)).Counts().ToDictionary(c => c.Key.ToString(), c => c.Value, StringComparer.Ordinal);
        (int waiting, int poison) = await QueuesPage.Count(context);
        (int subscribed, int dead) = await TopicsPage.Count(context);
        (FunctionIndex index, Invocations invocations) = (context.Service<FunctionIndex>(), context.Service<Invocations>());
        InvocationRecord[] failures = [.. index.Functions.SelectMany(f => invocations.Latest(f.Name)).Where(i => i.Failure is not null).OrderByDescending(i => i.At)];
        EmulatorClock clock = context.Service<EmulatorClock>();

        var data = new
        {
            clock = ClockRoom.Shown(context),
            mailbox = new { newest = mail?.At },
            payments = new { count = payments.Values.Sum(), open = unpaid, succeeded = paid },
            midtrans = new { count = transactions.Count, pending, settled },
            couriers = parcels.GroupBy(p => p.Status).ToDictionary(g => g.Key.ToString(), g => g.Count()),
            orchestrations,
            functions = new { count = index.Functions.Count, latestFailures = failures.Length },
            queues = new { waiting, poison },
            topics = new { waiting = subscribed, deadLetters = dead },
        };
        return new Page("Overview", data, () => Markup.Of($"""
            <div class="cards">
            {Card("/emulator/mailbox", "Mailbox", mail is null ? "–" : $"{mail.At:HH:mm:ss}", Text(mail is null ? "No mail yet" : mail.Mime.Subject), mail is null ? "" : "newest")}
            {Card("/emulator/payments", "Payments", $"{payments.Values.Sum()}", Markup.Of($"{Count(unpaid, "to pay", "busy")}{Count(paid, "succeeded", "good")}"))}
            {Card("/emulator/midtrans", "Midtrans", $"{transactions.Count}", Markup.Of($"{Count(pending, "to pay", "busy")}{Count(settled, "settled", "good")}"))}
            {Card("/emulator/couriers", "Couriers", $"{parcels.Count}", Markup.Of($"{parcels.GroupBy(p => p.Status).OrderBy(g => g.Key).Select(g => Markup.Of($"<span>{g.Count()} {Badge(g.Key.ToString())}</span>"))}"))}
            {Card("/emulator/clock", "Clock", $"{clock.GetUtcNow():HH:mm:ss}", clock.Offset > TimeSpan.Zero ? Text($"{Length(clock.Offset)} ahead of this machine") : Text("The time of this machine"))}
            {Card("/emulator/orchestrations", "Orchestrations", $"{orchestrations.Values.Sum()}", Markup.Of($"{orchestrations.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => Markup.Of($"<span>{o.Value} {Badge(o.Key)}</span>"))}"))}
            {Card("/emulator/functions", "Functions", $"{index.Functions.Count}", Count(failures.Length, "failed lately", "bad"))}
            {Card("/emulator/queues", "Queues", $"{waiting}", Count(poison, "poison", "bad"), "waiting")}
            {Card("/emulator/topics", "Topics", $"{subscribed}", Count(dead, "dead letters", "bad"), "waiting")}
            </div>
            <h2>Latest failures</h2>
            {Table(["Function", "Time", "Failure"], [.. failures.Take(10).Select(f => Markup.Of($"""<tr><td><a href="{Path("functions", f.Function)}">{f.Function}</a></td><td>{When(f.At)}</td><td class="wide">{f.Failure}</td></tr>"""))], "None since the start.")}
            """));
    }

    private static Markup Card(string path, string title, string figure, Markup rest, string unit = "") =>
        Markup.Of($"""<a class="card" href="{path}"><span class="title">{title}</span><span class="figure">{figure} <small>{unit}</small></span><span class="rest">{rest}</span></a>""");

    private static Markup Count(int count, string what, string tone) => count == 0 ? Markup.None : Markup.Of($"""<span class="badge {tone}">{count} {what}</span>""");
}
