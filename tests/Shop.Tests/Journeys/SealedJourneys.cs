using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues.Models;
using Shop.Carts;
using Shop.Email;
using Shop.Orders;
using Shop.Storage;
using Shop.Tests.Customers;
using Shop.Tests.Http;

namespace Shop.Tests.Journeys;

public sealed class SealedJourneys
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    /// <summary>What the emulator keeps for those outside: the mailbox and the courier know the buyer by their trade.</summary>
    private static readonly string[] Outsiders = ["emumail", "-emu-mail", "emucourier"];

    [Fact]
    public async Task Storage_never_tells_who_bought()
    {
        await using ShopHost shop = await OpenShop.Start(demo: true);
        Member member = await Member.Join(shop);
        await ShopClient.Json(await member.Send(HttpMethod.Patch, "/v1/store/me", new { phone = "+62 877 0000 4711" }));
        await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/me/addresses", new { address = Shopper.Address }));
        JsonElement mine = await ShopClient.Json(await member.Send(HttpMethod.Post, "/v1/store/carts", new { lines = new[] { new { sku = await shop.DigitalSku(), quantity = 1 } } }));
        await ShopClient.Json(await member.Send(HttpMethod.Patch, $"/v1/store/carts/{mine.GetProperty("id").GetString()}", new { note = "untuk Bu Siti Rahmawati", billingAddress = Shopper.Address }));
        await shop.Send(HttpMethod.Post, "/v1/store/password-resets", new { email = member.Email });
        await member.MailedToken("account-reset");
        var shopper = new Shopper(shop);
        await shopper.Buy(shipped: true, (await shop.PhysicalSku(), 2));
        await shop.MoveUntilOver(shopper);
        await shopper.Mails(3);
        var left = new Shopper(shop);
        await left.Fill((await shop.PhysicalSku(), 1));
        await left.Prepare();

        string[] told = await new StoredBytes(shop.Prefix).Find(
            Outsiders, "Ayu Lestari", "812 3456 7890", "Merdeka 10", "Lebak Gede", "Budi Santoso", "877 0000 4711", "Siti Rahmawati", shopper.Email.Split('@')[0], member.Email.Split('@')[0], left.Email.Split('@')[0]);

        Assert.Equal([], told);
        Assert.NotEqual([], await new StoredBytes(shop.Prefix).Find([], "Ayu Lestari", shopper.Email));
        JsonElement address = (await shopper.Order()).GetProperty("shippingAddress");
        Assert.Equal(("Ayu Lestari", "Lebak Gede"), (address.GetProperty("name").GetString(), address.GetProperty("village").GetString()));
    }

    [Fact]
    public async Task A_mail_that_waits_tells_neither_whom_it_is_for_nor_what_it_says()
    {
        ShopStorage storage = await TestStorage.New(s => new EmailQueue(s, HttpTesting.Sealing));
        var queue = new EmailQueue(storage, HttpTesting.Sealing);

        await queue.Send("ord_1.order-paid", "order-paid", "id", "ayu@example.test", new { Name = "Ayu Lestari", Lines = Enumerable.Repeat("Kopi Arabika Gayo dari dataran tinggi Aceh Tengah, dipanggang sedang, satu kemasan", 400) }, Cancel);

        PeekedMessage message = Assert.Single((await storage.Queue("mail").PeekMessagesAsync(1, Cancel)).Value);
        string text = message.Body.ToString();
        Assert.DoesNotContain("ayu", text, StringComparison.OrdinalIgnoreCase);
        OpenedEmail opened = queue.Open(text);
        Assert.Equal(("ayu@example.test", "Ayu Lestari"), (opened.Content.To, opened.Content.Model.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_mail_from_before_mails_were_sealed_is_still_sent()
    {
        var queue = new EmailQueue(await TestStorage.New(), HttpTesting.Sealing);

        OpenedEmail opened = queue.Open("""{"type":"mail","version":1,"messageId":"ord_1.order-paid","template":"order-paid","locale":"id","to":"ayu@example.test","model":{"name":"Ayu"},"traceparent":null}""");

        Assert.Equal(("ayu@example.test", "Ayu"), (opened.Content.To, opened.Content.Model.GetProperty("name").GetString()));
        Assert.Throws<InvalidDataException>(() => queue.Open("""{"type":"mail","version":3}"""));
    }

    [Fact]
    public async Task A_row_from_before_rows_were_sealed_is_read_and_the_next_change_seals_it()
    {
        ShopStorage storage = await TestStorage.New(s => new CartStore(s, HttpTesting.Rows));
        var carts = new CartStore(storage, HttpTesting.Rows);
        Cart cart = JsonSerializer.Deserialize<Cart>("""{"id":"crt_1","currency":"IDR","locale":"id","email":"ayu@example.test","note":"pagi","createdAt":"2026-11-23T02:00:00+00:00","updatedAt":"2026-11-23T02:05:00+00:00"}""", Shop.Common.ShopJson.Options)!;
        await storage.Table("Carts").AddEntityAsync(Rows.ToRow("crt_1", "crt_1|cart", cart), Cancel);

        Stored<Cart> read = (await carts.Find("crt_1", Cancel))!;
        Assert.Equal(("ayu@example.test", "pagi"), (read.Value.Email, read.Value.Note));

        await carts.Replace(read, read.Value with { Note = "sore" }, Cancel);
        TableEntity row = (await storage.Table("Carts").Find("crt_1", "crt_1|cart", Cancel))!;
        Assert.DoesNotContain("ayu", Encoding.UTF8.GetString(row.GetBinary("Json")), StringComparison.Ordinal);
        Assert.Equal(("ayu@example.test", "sore"), ((await carts.Find("crt_1", Cancel))!.Value.Email, (await carts.Find("crt_1", Cancel))!.Value.Note));
    }
}
