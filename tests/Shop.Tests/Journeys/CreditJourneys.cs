using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shop.Common;
using Shop.Integration;
using Shop.Payments;
using Shop.Reconciliation;

namespace Shop.Tests.Journeys;

/// <summary>Gift cards and store credit, over HTTP.</summary>
public sealed class CreditJourneys
{
    [Fact]
    public async Task A_gift_card_pays_a_part_the_card_the_rest_and_refunds_go_back_to_both()
    {
        await using ShopHost shop = await ShopHost.Start();
        (string code, string id) = await Issue(shop, 20_000);
        var shopper = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        await shopper.Fill((sku, 3));
        await Put(shop, shopper, code.ToLowerInvariant().Replace('-', ' '));
        JsonElement cart = await shopper.Prepare();
        long total = Amount(cart.GetProperty("totals"), "total");
        Assert.Equal((20_000_00, total - 20_000_00), (Amount(cart.GetProperty("credits")[0], "amount"), Amount(cart, "toPay")));
        Assert.Equal($"Gift card …{code[^4..]}", cart.GetProperty("credits")[0].GetProperty("name").GetString());

        JsonElement order = await shopper.Checkout();
        Assert.Equal((total, total - 20_000_00), (Amount(order.GetProperty("totals"), "total"), Amount(order, "toPay")));
        Assert.Equal(0, (await Explain(shop, id)).Balance);
        await shopper.Pay();
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the payment");
        Assert.Equal(total - 20_000_00, (await shop.Client.Stripe($"/emulator/stripe/v1/payment_intents/{shopper.Intent}")).GetProperty("amount_received").GetInt64());

        // The money first, as far as it goes; then the card.
        long first = total - 20_000_00 - 5_000_00;
        await Refund(shop, shopper, new { reason = "it was late", amount = Idr(first) });
        await Refunded(shopper, 1);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Send(shop, shopper, new { reason = "too much", amount = Idr(total) })).StatusCode);
        await Refund(shop, shopper, new { reason = "still late", amount = Idr(12_000_00) });
        order = await Refunded(shopper, 2);
        Assert.Equal(7_000_00, Amount(order.GetProperty("refunds")[1], "toCredit"));
        await Refund(shop, shopper, new { reason = "never came", amount = Idr(13_000_00) });
        order = await Refunded(shopper, 3);
        Assert.Equal("refunded", order.GetProperty("paymentStatus").GetString());
        Explained explained = await Explain(shop, id);
        Assert.Equal((20_000_00, "issued spent refunded refunded"), (explained.Balance, string.Join(' ', explained.Movements)));

        await Reconciled(shop, bookings: 5);
    }

    [Fact]
    public async Task An_order_that_credit_pays_wholly_needs_no_way_to_pay_and_is_paid_at_once()
    {
        await using ShopHost shop = await ShopHost.Start();
        (string code, string id) = await Issue(shop, 5_000_000);
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await shopper.Prepare();
        await ShopClient.Json(await shop.Send(HttpMethod.Patch, $"/v1/store/carts/{shopper.CartId}", new { paymentMethod = (string?)null }));
        JsonElement cart = await Put(shop, shopper, code);
        Assert.Equal(0, Amount(cart, "toPay"));
        Assert.Equal(0, (await shop.Get($"/v1/store/carts/{shopper.CartId}/payment-methods")).GetProperty("data").GetArrayLength());

        JsonElement order = await shopper.Checkout();
        long total = Amount(order.GetProperty("totals"), "total");
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the payment");
        await shopper.OrderUntil("fulfilling");
        Assert.Equal(5_000_000_00 - total, (await Explain(shop, id)).Balance);

        await Refund(shop, shopper, new { reason = "broken", amount = Idr(1_000_00) });
        await Refunded(shopper, 1);
        Assert.Equal(5_000_000_00 - total + 1_000_00, (await Explain(shop, id)).Balance);
        await Reconciled(shop, bookings: 3);
    }

    [Fact]
    public async Task An_order_that_is_not_paid_in_time_gives_the_credit_back()
    {
        await using ShopHost shop = await ShopHost.Start();
        (string code, string id) = await Issue(shop, 20_000);
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await Put(shop, shopper, code);
        await shopper.Prepare();
        await shopper.Checkout();
        await shopper.Pay("pm_card_chargeDeclined");
        Assert.Equal(0, (await Explain(shop, id)).Balance);

        shop.Clock.Advance(TimeSpan.FromMinutes(31));
        await shopper.OrderUntil("cancelled");
        await Until.True(async () => (await Explain(shop, id)).Balance == 20_000_00, "the credit");
        Assert.Equal(["issued", "spent", "released"], (await Explain(shop, id)).Movements);
    }

    [Fact]
    public async Task A_card_that_was_spent_elsewhere_is_shown_before_it_is_charged()
    {
        await using ShopHost shop = await ShopHost.Start();
        (string code, _) = await Issue(shop, 20_000);
        Shopper[] shoppers = [new(shop), new(shop)];
        foreach (Shopper shopper in shoppers)
        {
            await shopper.Fill((await shop.PhysicalSku(), 1));
            await Put(shop, shopper, code);
            await shopper.Prepare();
        }
        await shoppers[0].Checkout();
        Assert.Equal("cart.changed", await Refused(await shoppers[1].TryCheckout()));
        JsonElement cart = await shop.Get($"/v1/store/carts/{shoppers[1].CartId}");
        Assert.Equal(Amount(cart.GetProperty("totals"), "total"), Amount(cart, "toPay"));
        Assert.Equal(0, cart.GetProperty("credits").GetArrayLength());
        await shoppers[1].Checkout();
    }

    [Fact]
    public async Task A_guest_is_mailed_a_code_for_a_refund_and_buys_with_it_again()
    {
        await using ShopHost shop = await ShopHost.Start();
        var shopper = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        await shopper.Buy(shipped: true, (sku, 2));
        long unit = (await shopper.Order()).GetProperty("lines")[0].GetProperty("total").GetProperty("amount").GetInt64() / 2;

        await shopper.ParcelUntil("booked");
        await Refund(shop, shopper, new { reason = "one was broken", lines = new[] { new { sku, quantity = 1 } }, to = "credit" });
        JsonElement refund = (await Refunded(shopper, 1)).GetProperty("refunds")[0];
        Assert.Equal(("done", unit), (refund.GetProperty("status").GetString(), Amount(refund, "toCredit")));
        string code = await MailedCode(shop, shopper);

        var again = new Shopper(shop);
        await again.Fill((sku, 1));
        JsonElement cart = await Put(shop, again, code);
        Assert.Equal(unit, Amount(cart.GetProperty("credits")[0], "amount"));
        Assert.Empty((await shop.Service<PayoutStore>().List(null, 10, TestContext.Current.CancellationToken)).Page);
        await Reconciled(shop, bookings: 2);
    }

    [Fact]
    public async Task Whoever_transfers_what_a_gift_card_leaves_is_told_that_amount()
    {
        await using ShopHost shop = await ShopHost.Start();
        (string code, _) = await Issue(shop, 20_000);
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await Put(shop, shopper, code);
        await shopper.Prepare(paymentMethod: "manual-transfer");
        await shopper.Checkout();
        string mail = await shopper.Mail("order-payable.1"), asked = (await shopper.Order()).GetProperty("toPay").Deserialize<Money>(ShopJson.Options).ForPeople();
        Assert.Contains($"Jumlah: {asked}", mail, StringComparison.Ordinal);
        Assert.Contains($"tepat {asked}", mail, StringComparison.Ordinal);
        Assert.Contains("Kartu hadiah: -Rp20.000", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Codes_that_nobody_issued_open_nothing_and_cannot_be_tried_for_long()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Carts:GiftCardCodesPerClientAddress"] = "4");
        (string code, string id) = await Issue(shop, 20_000);
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        string forged = code[..^1] + (code[^1] == '0' ? '1' : '0');
        foreach (string guess in (string[])[forged, "not a code", id]) Assert.Equal("credit.code-unknown", await Refused(await TryPut(shop, shopper, guess)));
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/admin/gift-cards/{id}/disable", new { }, await shop.StaffToken()));
        Assert.Equal("credit.code-unknown", await Refused(await TryPut(shop, shopper, code)));
        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/admin/gift-cards/{id}/enable", new { }, await shop.StaffToken()));
        Assert.Equal("credit.too-many-guesses", await Refused(await TryPut(shop, shopper, code)));

        shop.Clock.Advance(TimeSpan.FromMinutes(16));
        JsonElement cart = await Put(shop, shopper, code);
        JsonElement without = await ShopClient.Json(await shop.Send(HttpMethod.Delete, $"/v1/store/carts/{shopper.CartId}/gift-cards/{cart.GetProperty("credits")[0].GetProperty("id").GetString()}"));
        Assert.Equal(0, without.GetProperty("credits").GetArrayLength());
    }

    [Fact]
    public async Task Cash_at_the_door_is_what_credit_does_not_pay_and_an_order_that_is_called_off_gives_it_back()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => (b.Configuration["Review:CashOnDelivery"], b.Configuration["Checkout:SendAfterMinutes"]) = ("false", "60"));
        (string code, string id) = await Issue(shop, 20_000);
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await Put(shop, shopper, code);
        await shopper.Prepare(paymentMethod: "cash-on-delivery");
        await shopper.Checkout();
        await shopper.OrderUntil("fulfilling");
        Assert.Equal(0, (await Explain(shop, id)).Balance);

        await Until.True(async () => (await shop.Send(
            HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/cancel?token={shopper.Token}", new { reason = "I changed my mind" }, ("Idempotency-Key", Guid.NewGuid().ToString()))).StatusCode == HttpStatusCode.Accepted, "the cancellation");
        await shopper.OrderUntil("cancelled");
        await Until.True(async () => (await Explain(shop, id)).Balance == 20_000_00, "the credit");
    }

    [Fact]
    public async Task Cash_that_is_remitted_pays_the_rest_and_the_credit_is_spent()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Review:CashOnDelivery"] = "false");
        (string code, string id) = await Issue(shop, 20_000);
        var shopper = new Shopper(shop);
        await shopper.Fill((await shop.PhysicalSku(), 1));
        await Put(shop, shopper, code);
        await shopper.Prepare(paymentMethod: "cash-on-delivery");
        await shopper.Checkout();
        await shop.MoveUntilOver(shopper);
        JsonElement order = await shopper.Order();
        await ShopClient.Json(await shop.Send(
            HttpMethod.Post, "/v1/admin/remittances", new { reference = "JNE-COD-7", parcels = new[] { new { shipmentId = order.GetProperty("shipments")[0].GetProperty("id").GetString(), amount = order.GetProperty("toPay") } } },
            await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString())));
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the payment");

        await Refund(shop, shopper, new { reason = "all of it", amount = order.GetProperty("totals").GetProperty("total") });
        JsonElement refund = (await Refunded(shopper, 1)).GetProperty("refunds")[0];
        Assert.Equal(("due", 20_000_00), (refund.GetProperty("status").GetString(), Amount(refund, "toCredit")));
        Assert.Equal(20_000_00, (await Explain(shop, id)).Balance);
        Assert.Equal(Amount(order, "toPay"), Assert.Single((await shop.Service<PayoutStore>().List(null, 10, TestContext.Current.CancellationToken)).Page).Amount.Amount);
        await Reconciled(shop, bookings: 3);
    }

    private static object Idr(long amount) => new { amount, currency = "IDR" };

    internal static async Task<(string Code, string Id)> Issue(ShopHost shop, long rupiah)
    {
        JsonElement issued = await ShopClient.Json(await shop.Send(HttpMethod.Post, "/v1/admin/gift-cards", new { amount = Idr(rupiah * 100), reason = "sorry" }, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString())));
        return (issued.GetProperty("code").GetString()!, issued.GetProperty("card").GetProperty("id").GetString()!);
    }

    private sealed record Explained(long Balance, string[] Movements);

    /// <summary>The balance, which is what its movements add up to.</summary>
    private static async Task<Explained> Explain(ShopHost shop, string id)
    {
        JsonElement card = await ShopClient.Json(await shop.Send(HttpMethod.Get, $"/v1/admin/gift-cards/{id}", null, await shop.StaffToken()));
        JsonElement[] movements = [.. card.GetProperty("movements").EnumerateArray()];
        long balance = Amount(card.GetProperty("credit"), "balance");
        Assert.Equal(balance, movements.Sum(m => Amount(m, "amount")));
        return new Explained(balance, [.. movements.Select(m => m.GetProperty("movement").GetString()!)]);
    }

    private static async Task<string> MailedCode(ShopHost shop, Shopper shopper)
    {
        string text = await Until.Found(async () =>
        {
            JsonElement? mail = (await shopper.Mails()).Select(m => (JsonElement?)m).FirstOrDefault(m => m!.Value.GetProperty("messageId").GetString()!.Contains(".gift-card", StringComparison.Ordinal));
            return mail is { } found ? (await shop.Get($"/emulator/mailbox/{found.GetProperty("messageId").GetString()!.Trim('<', '>')}")).ToString() : null;
        }, "the code");
        return System.Text.RegularExpressions.Regex.Match(text, "([0-9A-Z]{4}-){4}[0-9A-Z]{4}", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
    }

    private static async Task<JsonElement> Put(ShopHost shop, Shopper shopper, string code) => await ShopClient.Json(await TryPut(shop, shopper, code));

    private static Task<HttpResponseMessage> TryPut(ShopHost shop, Shopper shopper, string code) => shop.Send(HttpMethod.Post, $"/v1/store/carts/{shopper.CartId}/gift-cards", new { code });

    private static async Task<HttpResponseMessage> Send(ShopHost shop, Shopper shopper, object wanted) =>
        await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/refunds", wanted, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString()));

    private static async Task Refund(ShopHost shop, Shopper shopper, object wanted) => await ShopClient.Json(await Send(shop, shopper, wanted));

    private static async Task<JsonElement> Refunded(Shopper shopper, int times)
    {
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds").EnumerateArray().Count(r => r.GetProperty("status").GetString() != "pending") == times, $"{times} refunds");
        return await shopper.Order();
    }

    private static async Task<string> Refused(HttpResponseMessage response)
    {
        Assert.False(response.IsSuccessStatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("code").GetString()!;
    }

    /// <summary>Every booking balances, and the journal says of every order and every card what the ledger says.</summary>
    private static async Task Reconciled(ShopHost shop, int bookings)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        JournalStore journal = shop.Service<JournalStore>();
        IReadOnlyList<JournalEntry> entries = await Until.Found(
            async () => (await journal.Read(journal.Month(shop.Clock.GetUtcNow()), null, 100, cancel)).Entries is var booked && booked.Count >= bookings ? booked : null, $"{bookings} bookings");
        Assert.Equal(bookings, entries.Count);
        Assert.All(entries, e => Assert.Equal(e.Lines.Sum(l => l.Debit.Amount), e.Lines.Sum(l => l.Credit.Amount)));
        DateOnly day = shop.Service<ShopOptions>().DayOf(shop.Clock.GetUtcNow());
        await ActivatorUtilities.CreateInstance<ReconcileDay>(shop.Service<IServiceProvider>()).CompareDay(new ReconcileStep(ReconcileDay.Journal, day, null), cancel);
        ReconciledDay compared = (await shop.Service<ReconciliationStore>().Read(ReconcileDay.Journal, day, cancel)).Day!;
        Assert.Equal(0, compared.Differences);
    }

    private static long Amount(JsonElement of, string name) => of.GetProperty(name).GetProperty("amount").GetInt64();
}
