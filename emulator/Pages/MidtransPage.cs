using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Shop.Emulator.Midtrans;
using Shop.Emulator.Webhooks;
using static Shop.Emulator.Pages.Elements;

namespace Shop.Emulator.Pages;

/// <summary>The transactions at Midtrans; the page of one is also where a wallet asks its owner.</summary>
internal static class MidtransPage
{
    private sealed record Shown(Transaction Transaction, IReadOnlyList<Notice> Notices);

    /// <summary>Newest first; <c>?limit=</c> says how many.</summary>
    public static async Task<Page?> List(HttpContext context)
    {
        MidtransStore store = context.Service<MidtransStore>();
        IEnumerable<Transaction> newest = (await store.List(context.RequestAborted)).Take(context.Limit(30, 200));
        Shown[] transactions = await Task.WhenAll(newest.Select(async t => new Shown(t, await store.NoticesOf(t.OrderId, context.RequestAborted))));
        PaymentMisbehaviour general = await context.Service<MidtransTransactions>().General(context.RequestAborted);
        return new Page("Midtrans", new { data = transactions.Select(Data), misbehaviour = general }, () => Markup.Of($"""
            <p class="lead">Virtual accounts, QRIS and e-wallets as the shop sees them. Be the shopper at the cash machine, the wallet's owner, or the network that loses a notification.</p>
            {Table(["Transaction", "Amount", "Status", "Notifications"], [.. transactions.Select(Row)], "No transaction yet: check out a cart that is paid by bank transfer, QRIS or a wallet.")}
            <h2>Trouble on request, for every transaction</h2>
            {PaymentsPage.Order(MidtransRoom.Root + "/misbehave", general, withPercent: true, unit: "rupiah")}
            <h2>Answers lost on the way to the shop</h2>
            <form class="panel order" method="post" action="{MidtransRoom.Root}/lose-answers">{Field("many", "1", "After the next changes", "1")}<button>Lose</button></form>
            """));
    }

    public static async Task<Page?> Show(HttpContext context)
    {
        if (await context.Service<MidtransTransactions>().Find(context.Route("orderId"), context.RequestAborted) is not { } transaction) return null;
        var shown = new Shown(transaction, await context.Service<MidtransStore>().NoticesOf(transaction.OrderId, context.RequestAborted));
        return new Page($"{PaymentWay.Of(transaction).Name}, {Amount(transaction.Amount)}", Data(shown), () => Body(shown));
    }

    private static Markup Row(Shown shown) => Markup.Of($"""
        <tr><td class="wide"><a class="mono" href="{Path("midtrans", shown.Transaction.OrderId)}">{shown.Transaction.OrderId}</a><span class="under">{PaymentWay.Of(shown.Transaction).Name} {shown.Transaction.Number}</span><span class="under">{When(shown.Transaction.Created)}</span></td>
        <td class="amount">{Amount(shown.Transaction.Amount)}</td>
        <td>{Badge(shown.Transaction.Status)}{Until(shown.Transaction)}</td>
        <td>{WebhookElements.Summary(shown.Notices.Select(n => n.Webhook))}{PaymentsPage.Ordered(shown.Transaction.Misbehaviour)}</td>
        </tr>
        <tr class="press"><td colspan="4">{Buttons(shown.Transaction)}</td></tr>
        """);

    private static Markup Body(Shown shown)
    {
        Transaction transaction = shown.Transaction;
        PaymentWay way = PaymentWay.Of(transaction);
        return Markup.Of($"""
            {Asked(transaction, way)}
            {Facts(
                ("order_id", Markup.Of($"<span class=\"mono\">{transaction.OrderId}</span>")), ("transaction_id", Markup.Of($"<span class=\"mono\">{transaction.TransactionId}</span>")), ("Status", Badge(transaction.Status)),
                ("Created", When(transaction.Created)), ("Expires", When(transaction.ExpiresAt)), ("Settled", transaction.SettledAt is { } settled ? When(settled) : Markup.None), ("Told to", PaymentsPage.Ordered(transaction.Misbehaviour)))}
            {Buttons(transaction)}
            <h2>Notifications</h2>
            {WebhookElements.Table(shown.Notices.Select(n => (n.Status, n.Webhook)))}
            <h2>Refunds</h2>
            {Table(["Key", "Amount", "Reason", "Time"], [.. transaction.Refunds.Select(r => Markup.Of($"<tr><td class=\"mono wide\">{r.Key}</td><td class=\"amount\">{Amount(r.Amount)}</td><td>{r.Reason}</td><td>{When(r.At)}</td></tr>"))],
                way.RefundDays is { } days ? $"None yet. Money can go back for {days} days." : "Banks give nothing back this way.")}
            <h2>Trouble on request, for this transaction</h2>
            {PaymentsPage.Order(Path("midtrans", transaction.OrderId) + "/misbehave", transaction.Misbehaviour ?? PaymentMisbehaviour.None, withPercent: false, unit: "rupiah")}
            """);
    }

    /// <summary>What the shopper has in front of them: the number to transfer to, the code to scan, the wallet that asks.</summary>
    private static Markup Asked(Transaction transaction, PaymentWay way)
    {
        if (transaction.Status != TransactionStatus.Pending) return Markup.None;
        string at = Path("midtrans", transaction.OrderId) + "/";
        (string says, Markup what) = way.Kind switch
        {
            PaymentWayKind.Qris => ("Scan and pay", Markup.Of($"""<img alt="QRIS" src="data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(QrPicture.Svg(transaction.QrString!)))}"><p class="mono">{transaction.QrString}</p>""")),
            PaymentWayKind.Wallet => ($"{way.Name} asks: pay the shop?", Markup.None),
            PaymentWayKind.Bill => ("Pay this bill", Markup.Of($"""<p class="big">{MidtransShapes.BillerCode} · {transaction.Number}</p>""")),
            _ => ("Transfer exactly this amount to", Markup.Of($"""<p class="big">{transaction.Number}</p>""")),
        };
        return Markup.Of($"""
            <section class="panel ask"><p class="soft">{says}</p>{what}<p class="big">{Amount(transaction.Amount)}</p>
            <div class="buttons">{Button(at + "pay", "Pay", "primary large")}{Button(at + "decline", "Decline", "danger large")}</div></section>
            """);
    }

    private static Markup Buttons(Transaction transaction)
    {
        string at = Path("midtrans", transaction.OrderId) + "/";
        bool over = transaction.Status is TransactionStatus.Expire or TransactionStatus.Cancel;
        Markup pay = transaction.Status != TransactionStatus.Pending ? Markup.None : Markup.Of($"""
            {Button(at + "pay", "Pay", "primary", "The shopper pays")}{Button(at + "decline", "Decline", "danger", "The bank or the wallet says no")}{Button(at + "expire", "Expire", hint: "Its time is over now")}
            """);
        return Markup.Of($"""
            <div class="buttons">{pay}
            {Button(at + "duplicate", "Duplicate", hint: "Posts the newest notification again")}
            {Button(at + "delay", "Delay 1 min", hint: "Notifications from now on come a minute later", fields: ("by", "PT1M"))}
            {Button(at + "reorder", "Reorder", hint: "Every other notification is overtaken by the next")}
            {Button(at + "drop", "Drop", hint: "Notifications from now on are lost")}
            {(over || transaction.Status == TransactionStatus.Pending ? Button(at + "late", "Late", hint: over ? "Is paid although nobody waits for it any more" : "Will be paid although it is cancelled or expires") : Markup.None)}
            </div>
            """);
    }

    private static Markup Until(Transaction transaction) =>
        transaction.Status == TransactionStatus.Pending ? Markup.Of($"""<span class="under">until {When(transaction.ExpiresAt)}</span>""") : Markup.None;

    private static object Data(Shown shown) => new
    {
        orderId = shown.Transaction.OrderId,
        transactionId = shown.Transaction.TransactionId,
        way = PaymentWay.Of(shown.Transaction).Name,
        amount = shown.Transaction.Amount,
        currency = "IDR",
        status = shown.Transaction.Status,
        number = shown.Transaction.Number,
        qrString = shown.Transaction.QrString,
        created = shown.Transaction.Created,
        expiresAt = shown.Transaction.ExpiresAt,
        refunds = shown.Transaction.Refunds,
        misbehaviour = shown.Transaction.Misbehaviour,
        webhooks = shown.Notices.Select(n => WebhookElements.Shown(n.Webhook.RowKey, n.Status, n.Webhook)),
    };

    private static string Amount(long rupiah) => $"IDR {rupiah.ToString("N0", CultureInfo.InvariantCulture)}";
}
