using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Shop.Checkout;
using Shop.Common;
using Shop.Integration;
using Shop.Orders;
using Shop.Payments;
using Shop.Tests.Catalog;
using Shop.Tests.Customers;
using Shop.Tests.Downloads;

namespace Shop.Tests.Journeys;

/// <summary>Gift cards that are sold as articles, and what customers have as store credit.</summary>
public sealed class GiftCardJourneys(DigitalShop shop) : IClassFixture<DigitalShop>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_gift_card_that_is_sold_is_a_debt_is_mailed_once_and_goes_back_only_whole()
    {
        string sku = await shop.Offer(new JsonObject { ["giftCard"] = true }, file: null);
        Shopper buyer = await shop.Sell((sku, 2));
        JsonElement order = await buyer.Order();
        long unit = order.GetProperty("lines")[0].GetProperty("unitPrice").GetProperty("amount").GetInt64();
        Assert.Equal(0, order.GetProperty("totals").GetProperty("tax").GetProperty("amount").GetInt64());
        string[] codes = await Codes(buyer, 2);

        SoldGiftCards sold = shop.Host.Service<SoldGiftCards>();
        Order stored = (await shop.Host.Service<OrderStore>().Find(buyer.OrderId, Cancel))!.Value;
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => sold.Issue(stored, Cancel)));
        Assert.Equal(codes, await Codes(buyer, 2));
        JournalEntry booked = await Booking(buyer.OrderId + "|order.paid");
        Assert.Equal([("1120", 2 * unit), ("2150", -2 * unit)], booked.Lines.Select(l => (l.Account, l.Debit.Amount - l.Credit.Amount)));

        // Neither kept as it is nor found by who reads the tables.
        Assert.Empty(await new StoredBytes(shop.Host.Prefix).Find(["emumail", "-emu-mail"], codes[0], CreditCode.Normal(codes[0])!));

        // Cards do not buy cards.
        var again = new Shopper(shop.Host);
        await again.Fill((sku, 1));
        JsonElement cart = await ShopClient.Json(await shop.Host.Send(HttpMethod.Post, $"/v1/store/carts/{again.CartId}/gift-cards", new { code = codes[0] }));
        Assert.Equal(unit, cart.GetProperty("toPay").GetProperty("amount").GetInt64());
        Assert.Equal("credit.gives-nothing", Assert.Single(cart.GetProperty("notices").EnumerateArray()).GetProperty("code").GetString());

        // The one that was bought last goes back first, and only as long as nothing was spent of it.
        await shop.Refund(buyer, new { reason = "bought one too many", lines = new[] { new { sku, quantity = 1 } } });
        await Until.True(async () => (await buyer.Order()).GetProperty("refunds")[0].GetProperty("status").GetString() == "done", "the refund");
        string[] balances = [.. (await Task.WhenAll(codes.Select(Balance))).Order().Select(b => b == 0 ? "taken back" : "whole")];
        Assert.Equal(["taken back", "whole"], balances);

        string left = (await Task.WhenAll(codes.Select(async c => (c, await Balance(c))))).Single(c => c.Item2 > 0).c;
        await shop.Host.Service<MoveCredit>().Take(CreditCode.AccountId(CreditCode.Normal(left)!), "spent|elsewhere", new CreditGift(CreditMovement.Spent, Money.FromMajor(1, Currency.Idr), null, null, "system"), Cancel);
        HttpResponseMessage refused = await shop.Staff(HttpMethod.Post, $"/v1/admin/orders/{buyer.OrderId}/refunds", new { reason = "the other too", lines = new[] { new { sku, quantity = 1 } } });
        Assert.Equal("refund.card-spent", JsonDocument.Parse(await refused.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_amount_for_nothing_is_never_the_price_of_a_card()
    {
        string sku = await shop.Offer(new JsonObject { ["giftCard"] = true }, file: null), goods = await shop.Offer(file: "buku.pdf");
        Shopper buyer = await shop.Sell((sku, 1), (goods, 1));
        await Codes(buyer, 1);
        JsonElement card = (await buyer.Order()).GetProperty("lines").EnumerateArray().Single(l => l.GetProperty("sku").GetString() == sku).GetProperty("total");
        JsonElement rest = (await buyer.Order()).GetProperty("lines").EnumerateArray().Single(l => l.GetProperty("sku").GetString() == goods).GetProperty("total");
        Task<HttpResponseMessage> Refund(object wanted) => shop.Staff(HttpMethod.Post, $"/v1/admin/orders/{buyer.OrderId}/refunds", wanted);

        object more = new { reason = "r", amount = Idr(rest.GetProperty("amount").GetInt64() + 100) };
        Assert.Equal("refund.too-much /amount", await StaffProducts.Refused(await Refund(more), System.Net.HttpStatusCode.UnprocessableEntity));
        await ShopClient.Json(await Refund(new { reason = "r", amount = rest }));
        await Until.True(async () => (await buyer.Order()).GetProperty("refunds").EnumerateArray().Count(r => r.GetProperty("status").GetString() == "done") == 1, "the refund");
        Assert.Equal("refund.too-much /amount", await StaffProducts.Refused(await Refund(new { reason = "r", amount = card }), System.Net.HttpStatusCode.UnprocessableEntity));

        await ShopClient.Json(await Refund(new { reason = "r", lines = new[] { new { sku, quantity = 1 } } }));
        await Until.True(async () => (await buyer.Order()).GetProperty("paymentStatus").GetString() == "refunded", "the card to be taken back");
    }

    [Fact]
    public async Task A_card_whose_money_a_bank_holds_cannot_be_spent_until_the_shop_was_right()
    {
        string sku = await shop.Offer(new JsonObject { ["giftCard"] = true }, file: null), goods = await shop.Offer(file: "buku.pdf");
        Shopper buyer = await shop.Sell((sku, 1));
        string code = (await Codes(buyer, 1))[0];
        var friend = new Shopper(shop.Host);
        await friend.Fill((goods, 1));
        async Task<bool> Takes() => (await shop.Host.Send(HttpMethod.Post, $"/v1/store/carts/{friend.CartId}/gift-cards", new { code })).IsSuccessStatusCode;

        await buyer.Press("dispute");
        await Until.True(async () => !await Takes(), "the card to be stopped");
        await buyer.Press("win");
        await Until.True(Takes, "the card to be good again");
    }

    [Fact]
    public async Task A_customer_spends_store_credit_is_refunded_to_it_and_reads_why_it_is_what_it_is()
    {
        string sku = await shop.Offer(file: "buku.pdf");
        Member member = await Member.Join(shop.Host);
        string customerId = (await member.Get("/v1/store/me")).GetProperty("id").GetString()!;
        JsonElement given = await ShopClient.Json(await shop.Staff(HttpMethod.Post, $"/v1/admin/customers/{customerId}/store-credit", new { amount = Idr(9_000_000_00), reason = "for your patience" }));
        Assert.Equal(9_000_000_00, given.GetProperty("balance").GetProperty("amount").GetInt64());
        Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, (await shop.Staff(HttpMethod.Post, $"/v1/admin/customers/{customerId}/store-credit", new { amount = Idr(-9_000_001_00), reason = "too much" })).StatusCode);

        JsonElement cart = await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku, quantity = 1 } } }));
        string cartId = cart.GetProperty("id").GetString()!;
        HttpResponseMessage paying = await member.Send(HttpMethod.Patch, $"/v1/store/carts/{cartId}", new { useStoreCredit = true });
        Assert.Equal("2", paying.Headers.GetValues("X-Storage-Operations").Single());
        cart = await ShopClient.Json(paying);
        Assert.Equal((0, "storeCredit"), (cart.GetProperty("toPay").GetProperty("amount").GetInt64(), cart.GetProperty("credits")[0].GetProperty("kind").GetString()));
        JsonElement order = await ShopClient.Json(await member.Send(HttpMethod.Post, $"/v1/store/carts/{cartId}/checkout", new { }, ("Idempotency-Key", Guid.NewGuid().ToString()), ("Prefer", "wait=20")));
        string orderId = order.GetProperty("id").GetString()!;
        long total = order.GetProperty("totals").GetProperty("total").GetProperty("amount").GetInt64();
        await Until.True(async () => (await member.Get($"/v1/store/orders/{orderId}")).GetProperty("paymentStatus").GetString() == "paid", "the payment");

        await ShopClient.Json(await shop.Staff(HttpMethod.Post, $"/v1/admin/orders/{orderId}/refunds", new { reason = "not as described", amount = Idr(10_000_00), to = "credit" }));
        await Until.True(async () => (await member.Get($"/v1/store/orders/{orderId}")).GetProperty("refunds") is var refunds && refunds.GetArrayLength() == 1 && refunds[0].GetProperty("status").GetString() == "done", "the refund");
        JsonElement mine = (await member.Get("/v1/store/me/store-credit")).GetProperty("data")[0];
        Assert.Equal(9_000_000_00 - total + 10_000_00, mine.GetProperty("credit").GetProperty("balance").GetProperty("amount").GetInt64());
        Assert.Equal([("granted", "staff"), ("spent", "system"), ("refunded", "system")], mine.GetProperty("movements").EnumerateArray().Select(m => (m.GetProperty("movement").GetString()!, m.GetProperty("actor").GetString()!)));

        // A guest has none.
        var guest = new Shopper(shop.Host);
        await guest.Fill((sku, 1));
        HttpResponseMessage none = await shop.Host.Send(HttpMethod.Patch, $"/v1/store/carts/{guest.CartId}", new { useStoreCredit = true });
        Assert.Equal("credit.customers-only", JsonDocument.Parse(await none.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("code").GetString());

        // Whoever is erased leaves none behind.
        CustomerCredit records = shop.Host.Service<CustomerCredit>();
        for (int i = 0; i < 2; i++) await records.Erase(customerId, Cancel);
        CreditAccount left = (await shop.Host.Service<CreditStore>().Find(CreditCode.StoreCreditId(customerId, Currency.Idr), Cancel))!.Value;
        Assert.Equal((0, null, true), (left.Balance.Amount, left.CustomerId, left.IsDisabled));
    }

    private static object Idr(long amount) => new { amount, currency = "IDR" };

    private async Task<long> Balance(string code) => (await shop.Host.Service<CreditStore>().Find(CreditCode.AccountId(CreditCode.Normal(code)!), Cancel))!.Value.Balance.Amount;

    private Task<JournalEntry> Booking(string id)
    {
        JournalStore journal = shop.Host.Service<JournalStore>();
        return Until.Found(async () => (await journal.Read(journal.Month(shop.Host.Clock.GetUtcNow()), null, 100, Cancel)).Entries.FirstOrDefault(e => e.Id == id), "the booking");
    }

    /// <summary>The codes in the buyer's mails, when so many have come; each once.</summary>
    private Task<string[]> Codes(Shopper buyer, int many) => Until.Found(async () =>
    {
        List<string> codes = [];
        foreach (JsonElement mail in (await buyer.Mails()).Where(m => m.GetProperty("messageId").GetString()!.Contains(".gift-card", StringComparison.Ordinal)))
        {
            string text = (await shop.Host.Get($"/emulator/mailbox/{mail.GetProperty("messageId").GetString()!.Trim('<', '>')}")).ToString();
            codes.Add(Regex.Match(text, "([0-9A-Z]{4}-){4}[0-9A-Z]{4}", RegexOptions.None, TimeSpan.FromSeconds(1)).Value);
        }
        return codes.Count == many ? codes.Order(StringComparer.Ordinal).ToArray() : null;
    }, $"{many} codes");
}
