using System.Net;
using System.Text.Json;
using Shop.Checkout;
using Shop.Tests.Faults;
using UglyToad.PdfPig;

namespace Shop.Tests.Journeys;

public sealed class ReturnJourneys
{
    [Fact]
    public async Task Goods_come_back_are_looked_at_and_what_is_accepted_is_paid_back()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Returns:LabelService"] = "jne-reg");
        (Shopper shopper, string sku) = await Delivered(shop, 3);
        int left = await shop.AvailableOf(sku);
        int unit = (await shopper.Order()).GetProperty("lines")[0].GetProperty("total").GetProperty("amount").GetInt32() / 3;

        string id = await Asked(shop, shopper, sku, 3);
        await Until.True(async () => await Status(shopper, id) == "requested", "the request");
        await Until.True(async () => await Work(shop) is [var work] && work.GetProperty("id").GetString() == id, "the work");

        await Staff(shop, shopper, id, "decision", new { decision = "approve" });
        await Until.True(async () => (await Return(shopper, id)).GetProperty("parcel").ValueKind == JsonValueKind.Object, "the label");
        await Until.True(async () => (await Work(shop)).Length == 0, "the work to be gone");
        string label = $"/v1/store/orders/{shopper.OrderId}/returns/{id}/label?token={shopper.Token}";
        await Until.True(async () => (await shopper.Mails()).Any(m => m.GetProperty("text").GetString()!.Contains(label, StringComparison.Ordinal)), "the mail with the label");
        using (PdfDocument printed = PdfDocument.Open(await shop.Http.GetByteArrayAsync(label, TestContext.Current.CancellationToken)))
            Assert.Contains((await Return(shopper, id)).GetProperty("parcel").GetProperty("trackingNumber").GetString()!, Assert.Single(printed.GetPages()).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await shop.Send(HttpMethod.Get, label.Replace(id, "ret_none", StringComparison.Ordinal))).StatusCode);

        // The courier tells that it brought the parcel back.
        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        await Until.True(async () => await Status(shopper, id) == "received", "the goods to be back");

        await Staff(shop, shopper, id, "inspection", new { lines = new[] { new { sku, restocked = 1, writtenOff = 1, rejected = 1 } } });
        await Until.True(async () => await Status(shopper, id) == "completed", "the money");
        JsonElement order = await shopper.Order();
        Assert.Equal((2 * unit, "done"), (order.GetProperty("refunds")[0].GetProperty("amount").GetProperty("amount").GetInt32(), order.GetProperty("refunds")[0].GetProperty("status").GetString()));
        Assert.Equal(left + 1, await shop.AvailableOf(sku));
        Assert.Equal("completed", order.GetProperty("status").GetString());
        await Until.True(async () => (await Work(shop)).Length == 0, "the work to be gone");
        string[] subjects = [.. (await shopper.Mails(6)).Select(m => m.GetProperty("subject").GetString()!)];
        foreach (string told in (string[])["Kami menerima permintaan pengembalian", "boleh dikirim kembali", "dikembalikan"]) Assert.Single(subjects, s => s.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_refunded_while_it_was_on_its_way_back_is_not_refunded_again()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Returns:ApproveAutomatically"] = "true");
        (Shopper shopper, string sku) = await Delivered(shop, 2);
        int unit = (await shopper.Order()).GetProperty("lines")[0].GetProperty("total").GetProperty("amount").GetInt32() / 2;
        string id = await Asked(shop, shopper, sku, 2);
        await Until.True(async () => await Status(shopper, id) == "approved", "the approval");
        await ShopClient.Json(await shop.Send(
            HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/refunds", new { reason = "one was broken", lines = new[] { new { sku, quantity = 1 } } }, await shop.StaffToken(), ("Idempotency-Key", "early")));
        await Until.True(async () => (await shopper.Order()).GetProperty("refunds").GetArrayLength() == 1, "the refund");

        await Staff(shop, shopper, id, "receipt", null);
        await Until.True(async () => await Status(shopper, id) == "received", "the goods to be back");
        await Staff(shop, shopper, id, "inspection", new { lines = new[] { new { sku, restocked = 2, writtenOff = 0, rejected = 0 } } });
        await Until.True(async () => await Status(shopper, id) == "completed", "the money");
        Assert.Equal([unit, unit], (await shopper.Order()).GetProperty("refunds").EnumerateArray().Select(r => r.GetProperty("amount").GetProperty("amount").GetInt32()));
    }

    [Fact]
    public async Task A_return_waits_for_its_money_while_the_buyers_bank_decides()
    {
        int moves = 0;
        Func<Task>? meanwhile = null;
        await using ShopHost shop = await ShopHost.Start(configure: b =>
        {
            b.Configuration["Returns:ApproveAutomatically"] = "true";
            b.Before(ReturnActivities.MoveName, async () =>
            {
                Interlocked.Increment(ref moves);
                if (Interlocked.Exchange(ref meanwhile, null) is { } happens) await happens();
            });
        });
        (Shopper shopper, string sku) = await Delivered(shop, 1);
        string id = await Asked(shop, shopper, sku, 1);
        await Until.True(async () => await Status(shopper, id) == "approved", "the approval");
        await Staff(shop, shopper, id, "receipt", null);
        await Until.True(async () => await Status(shopper, id) == "received", "the goods to be back");
        meanwhile = async () =>
        {
            await shopper.Press("dispute");
            await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "disputed", "the dispute");
        };
        await Staff(shop, shopper, id, "inspection", new { lines = new[] { new { sku, restocked = 1, writtenOff = 0, rejected = 0 } } });
        await Until.True(() => moves == 2, "the inspection");
        await Until.True(
            () =>
            {
                shop.Clock.Advance(HeldMoney.AskedAgain / 6);
                return moves >= 3;
            }, "another look");
        Assert.Equal("received", await Status(shopper, id));

        await shopper.Press("win");
        await Until.True(async () => (await shopper.Order()).GetProperty("paymentStatus").GetString() == "paid", "the bank's decision");
        await Until.True(
            async () =>
            {
                shop.Clock.Advance(HeldMoney.AskedAgain / 6);
                return await Status(shopper, id) == "completed";
            }, "the money");
        Assert.Equal(("partiallyRefunded", "done"), ((await shopper.Order()).GetProperty("paymentStatus").GetString(), (await shopper.Order()).GetProperty("refunds")[0].GetProperty("status").GetString()));
    }

    [Fact]
    public async Task What_is_wanted_instead_lies_in_a_cart_that_pays_with_what_came_back()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Returns:ApproveAutomatically"] = "true");
        (Shopper shopper, string sku) = await Delivered(shop, 2);
        int paid = (await shopper.Order()).GetProperty("lines")[0].GetProperty("total").GetProperty("amount").GetInt32();
        object lines = new[] { new { sku, quantity = 2 } };
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await TryAsk(shop, shopper, new { lines, wish = "exchange" })).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await TryAsk(shop, shopper, new { lines, wish = "exchange", exchangeFor = new[] { new { sku = "NO-SUCH", quantity = 1 } } })).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await TryAsk(shop, shopper, new { lines, exchangeFor = new[] { new { sku, quantity = 1 } } })).StatusCode);

        string id = (await ShopClient.Json(await TryAsk(shop, shopper, new { lines, wish = "exchange", exchangeFor = new[] { new { sku, quantity = 1 } } }))).GetProperty("id").GetString()!;
        await Until.True(async () => await Status(shopper, id) == "approved", "the approval");
        await Staff(shop, shopper, id, "receipt", null);
        await Until.True(async () => await Status(shopper, id) == "received", "the goods");
        await Staff(shop, shopper, id, "inspection", new { lines = new[] { new { sku, restocked = 2 } } });
        await Until.True(async () => (await Return(shopper, id)).GetProperty("exchangeCartId").ValueKind == JsonValueKind.String, "the cart");

        JsonElement cart = await shop.Get($"/v1/store/carts/{(await Return(shopper, id)).GetProperty("exchangeCartId").GetString()}");
        Assert.Equal((sku, 1, shopper.Email), (cart.GetProperty("lines")[0].GetProperty("sku").GetString(), cart.GetProperty("lines")[0].GetProperty("quantity").GetInt32(), cart.GetProperty("email").GetString()));
        int total = cart.GetProperty("totals").GetProperty("total").GetProperty("amount").GetInt32(), credit = cart.GetProperty("credits")[0].GetProperty("amount").GetProperty("amount").GetInt32();
        Assert.Equal((Math.Min(total, paid), total - credit), (credit, cart.GetProperty("toPay").GetProperty("amount").GetInt32()));
        JsonElement refund = (await shopper.Order()).GetProperty("refunds")[0];
        Assert.Equal(paid, refund.GetProperty("toCredit").GetProperty("amount").GetInt32());
        await Until.True(async () => (await shopper.Mails()).Any(m => m.GetProperty("subject").GetString()!.StartsWith("Barang pengganti", StringComparison.Ordinal)), "the mail");
    }

    [Fact]
    public async Task Goods_that_are_not_sent_back_in_time_stay_with_the_customer()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Returns:ApproveAutomatically"] = "true");
        (Shopper shopper, string sku) = await Delivered(shop, 2);
        string id = await Asked(shop, shopper, sku, 1);
        await Until.True(async () => await Status(shopper, id) == "approved", "the approval");

        // What is on its way back cannot be asked for again.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await TryAsk(shop, shopper, sku, 2)).StatusCode);
        shop.Clock.Advance(TimeSpan.FromDays(14.1));
        await Until.True(async () => await Status(shopper, id) == "expired", "the deadline");
        Assert.Equal(HttpStatusCode.Conflict, (await TryStaff(shop, shopper, id, "receipt", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await TryAsk(shop, shopper, sku, 2)).StatusCode);
        Assert.Equal(0, (await shopper.Order()).GetProperty("refunds").GetArrayLength());
    }

    [Fact]
    public async Task A_request_that_nobody_decided_about_is_approved()
    {
        await using ShopHost shop = await ShopHost.Start();
        (Shopper shopper, string sku) = await Delivered(shop, 1);
        string id = await Asked(shop, shopper, sku, 1);
        await Until.True(async () => await Status(shopper, id) == "requested", "the request");
        shop.Clock.Advance(TimeSpan.FromDays(3.1));
        await Until.True(async () => await Status(shopper, id) == "approved", "the approval");
    }

    [Fact]
    public async Task Goods_that_nobody_looks_at_are_told_to_staff_and_can_still_be_inspected()
    {
        await using ShopHost shop = await ShopHost.Start();
        (Shopper shopper, string sku) = await Delivered(shop, 1);
        string id = await Asked(shop, shopper, sku, 1);
        await Until.True(async () => await Status(shopper, id) == "requested", "the request");
        await Staff(shop, shopper, id, "decision", new { decision = "approve" });
        await Until.True(async () => await Status(shopper, id) == "approved", "the approval");
        await Staff(shop, shopper, id, "receipt", null);
        await Until.True(async () => await Status(shopper, id) == "received", "the goods");
        foreach (int late in (int[])[1, 2])
        {
            shop.Clock.Advance(TimeSpan.FromDays(3.1));
            await Until.True(async () => Told(await shopper.Order(), "return.late") == late, "the reminder");
        }

        JsonElement shipping = (await shopper.Order()).GetProperty("totals").GetProperty("shipping");
        await Staff(shop, shopper, id, "inspection", new { lines = new[] { new { sku, restocked = 1 } }, shipping });
        await Until.True(async () => await Status(shopper, id) == "completed", "the money");
        JsonElement order = await shopper.Order();
        Assert.Equal(("refunded", "returned"), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("fulfilmentStatus").GetString()));
    }

    [Fact]
    public async Task Two_returns_that_are_inspected_at_once_give_all_goods_back_and_the_postage_once()
    {
        var accepted = new TaskCompletionSource();
        bool inspecting = false;
        await using ShopHost shop = await ShopHost.Start(configure: b =>
        {
            b.Configuration["Returns:ApproveAutomatically"] = "true";
            b.Before(ReturnActivities.MoveName, () => inspecting ? accepted.Task : Task.CompletedTask);
        });
        (Shopper shopper, string sku) = await Delivered(shop, 2);
        string[] returns = [await Asked(shop, shopper, sku, 1), await Asked(shop, shopper, sku, 1)];
        foreach (string id in returns)
        {
            await Until.True(async () => await Status(shopper, id) == "approved", "the approval");
            await Staff(shop, shopper, id, "receipt", null);
            await Until.True(async () => await Status(shopper, id) == "received", "the goods");
        }
        inspecting = true;
        JsonElement totals = (await shopper.Order()).GetProperty("totals");
        foreach (string id in returns) await Staff(shop, shopper, id, "inspection", new { lines = new[] { new { sku, restocked = 1 } }, shipping = totals.GetProperty("shipping") });
        accepted.SetResult();

        foreach (string id in returns) await Until.True(async () => await Status(shopper, id) == "completed", "the money");
        JsonElement order = await shopper.Order();
        Assert.Equal((2, "refunded"), (order.GetProperty("refunds").GetArrayLength(), order.GetProperty("paymentStatus").GetString()));
        Assert.Equal(totals.GetProperty("total").GetProperty("amount").GetInt64(), order.GetProperty("refunds").EnumerateArray().Sum(r => r.GetProperty("amount").GetProperty("amount").GetInt64()));
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task What_cost_nothing_comes_back_once()
    {
        await using ShopHost shop = await ShopHost.Start(configure: b => b.Configuration["Returns:ApproveAutomatically"] = "true");
        string sku = await shop.PhysicalSku();
        Shopper shopper = await Shopper.GivenForNothing(shop, (sku, 2));
        int left = await shop.AvailableOf(sku);
        foreach (string step in (string[])["ready", "collected"])
        {
            await Until.True(
                async () => (await shopper.Order()).GetProperty("shipments") is var parcels && parcels.GetArrayLength() == 1
                    && (await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/shipments/{parcels[0].GetProperty("id").GetString()}/{step}", null, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString()))).IsSuccessStatusCode,
                $"the parcel to be {step}");
        }
        await shopper.OrderUntil("completed");

        string id = await Asked(shop, shopper, sku, 2);
        await Until.True(async () => await Status(shopper, id) == "approved", "the approval");
        await Staff(shop, shopper, id, "receipt", null);
        await Until.True(async () => await Status(shopper, id) == "received", "the goods");
        await Staff(shop, shopper, id, "inspection", new { lines = new[] { new { sku, restocked = 2 } } });
        await Until.True(async () => await Status(shopper, id) == "completed", "the end");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await TryAsk(shop, shopper, sku, 1)).StatusCode);
        JsonElement order = await shopper.Order();
        Assert.Equal(("refunded", "returned"), (order.GetProperty("paymentStatus").GetString(), order.GetProperty("fulfilmentStatus").GetString()));
        Assert.Equal(left + 2, await shop.AvailableOf(sku));
        await Invariants.Hold(shop);
    }

    [Fact]
    public async Task A_return_is_refused_with_a_reason_or_withdrawn()
    {
        await using ShopHost shop = await ShopHost.Start();
        (Shopper shopper, string sku) = await Delivered(shop, 2);
        string first = await Asked(shop, shopper, sku, 1), second = await Asked(shop, shopper, sku, 1);
        await Until.True(async () => await Status(shopper, first) == "requested" && await Status(shopper, second) == "requested", "both requests");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await TryStaff(shop, shopper, first, "decision", new { decision = "refuse" })).StatusCode);
        await Staff(shop, shopper, first, "decision", new { decision = "refuse", reason = "It was worn." });
        await Until.True(async () => await Status(shopper, first) == "refused", "the refusal");
        Assert.Equal("It was worn.", (await Return(shopper, first)).GetProperty("answer").GetString());

        await ShopClient.Json(await shop.Send(HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/returns/{second}/withdraw?token={shopper.Token}", null, ("Idempotency-Key", Guid.NewGuid().ToString())));
        await Until.True(async () => await Status(shopper, second) == "withdrawn", "the customer's second thoughts");
        await Until.True(async () => (await Work(shop)).Length == 0, "the work to be gone");
    }

    [Fact]
    public async Task Everything_else_is_refused_and_says_why()
    {
        await using ShopHost shop = await ShopHost.Start();
        var early = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        await early.Buy(shipped: true, (sku, 1));
        Assert.Equal(HttpStatusCode.Conflict, (await TryAsk(shop, early, sku, 1)).StatusCode);

        var files = new Shopper(shop);
        string file = await shop.DigitalSku();
        await files.Buy(shipped: false, (file, 1));
        Assert.Equal(HttpStatusCode.Conflict, (await TryAsk(shop, files, file, 1)).StatusCode);

        await shop.MoveUntilOver(early);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await TryAsk(shop, early, sku, 2)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await TryStaff(shop, early, early.OrderId + "-r00000000", "receipt", null)).StatusCode);
        string id = await Asked(shop, early, sku, 1);
        await Until.True(async () => await Status(early, id) == "requested", "the request");
        Assert.Equal(HttpStatusCode.Conflict, (await TryStaff(shop, early, id, "inspection", new { lines = new[] { new { sku, restocked = 1 } } })).StatusCode);
        await Staff(shop, early, id, "decision", new { decision = "approve" });
        await Until.True(async () => await Status(early, id) == "approved", "the approval");
        await Staff(shop, early, id, "receipt", null);
        await Until.True(async () => await Status(early, id) == "received", "the goods");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await TryStaff(shop, early, id, "inspection", new { lines = new[] { new { sku, restocked = 2 } } })).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await TryStaff(shop, early, id, "inspection", new { lines = new[] { new { sku, restocked = 2147483647, writtenOff = 2147483647, rejected = 3 } } })).StatusCode);

        await Staff(shop, early, id, "inspection", new { lines = new[] { new { sku, rejected = 1 } } });
        await Until.True(async () => await Status(early, id) == "completed", "the end");
        Assert.Equal((0, "paid"), ((await early.Order()).GetProperty("refunds").GetArrayLength(), (await early.Order()).GetProperty("paymentStatus").GetString()));
    }

    [Fact]
    public async Task The_same_request_begins_one_return()
    {
        await using ShopHost shop = await ShopHost.Start();
        (Shopper shopper, string sku) = await Delivered(shop, 2);
        string key = Guid.NewGuid().ToString();
        string first = (await ShopClient.Json(await TryAsk(shop, shopper, sku, 1, key))).GetProperty("id").GetString()!;
        Assert.Equal(first, (await ShopClient.Json(await TryAsk(shop, shopper, sku, 1, key))).GetProperty("id").GetString());
        await Until.True(async () => await Status(shopper, first) == "requested", "the request");
        Assert.Equal(1, (await shopper.Order()).GetProperty("returns").GetArrayLength());
    }

    private static async Task<(Shopper Shopper, string Sku)> Delivered(ShopHost shop, int quantity)
    {
        var shopper = new Shopper(shop);
        string sku = await shop.PhysicalSku();
        await shopper.Buy(shipped: true, (sku, quantity));
        await shop.MoveUntilOver(shopper);
        return (shopper, sku);
    }

    private static async Task<HttpResponseMessage> TryAsk(ShopHost shop, Shopper shopper, string sku, int quantity, string? key = null) => await shop.Send(
        HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/returns?token={shopper.Token}", new { lines = new[] { new { sku, quantity } }, reason = "damaged", comment = "Dua cangkir pecah." }, ("Idempotency-Key", key ?? Guid.NewGuid().ToString()));

    private static async Task<HttpResponseMessage> TryAsk(ShopHost shop, Shopper shopper, object wanted) =>
        await shop.Send(HttpMethod.Post, $"/v1/store/orders/{shopper.OrderId}/returns?token={shopper.Token}", wanted, ("Idempotency-Key", Guid.NewGuid().ToString()));

    private static async Task<string> Asked(ShopHost shop, Shopper shopper, string sku, int quantity) => (await ShopClient.Json(await TryAsk(shop, shopper, sku, quantity))).GetProperty("id").GetString()!;

    private static async Task<JsonElement> Return(Shopper shopper, string id) => (await shopper.Order()).GetProperty("returns").EnumerateArray().FirstOrDefault(r => r.GetProperty("id").GetString() == id);

    private static async Task<string?> Status(Shopper shopper, string id) => await Return(shopper, id) is { ValueKind: JsonValueKind.Object } found ? found.GetProperty("status").GetString() : null;

    private static int Told(JsonElement order, string type) => order.GetProperty("timeline").EnumerateArray().Count(e => e.GetProperty("type").GetString() == type);

    private static async Task<JsonElement[]> Work(ShopHost shop) => [.. (await ShopClient.Json(await shop.Send(HttpMethod.Get, "/v1/admin/worklist?kind=return", null, await shop.StaffToken()))).GetProperty("data").EnumerateArray()];

    private static async Task Staff(ShopHost shop, Shopper shopper, string id, string step, object? body) => await ShopClient.Json(await TryStaff(shop, shopper, id, step, body));

    private static async Task<HttpResponseMessage> TryStaff(ShopHost shop, Shopper shopper, string id, string step, object? body) =>
        await shop.Send(HttpMethod.Post, $"/v1/admin/orders/{shopper.OrderId}/returns/{id}/{step}", body, await shop.StaffToken(), ("Idempotency-Key", Guid.NewGuid().ToString()));
}
