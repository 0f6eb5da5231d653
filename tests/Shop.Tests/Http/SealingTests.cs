using System.Security.Cryptography;
using Shop.Http;

namespace Shop.Tests.Http;

public sealed class SealingTests
{
    private static readonly string First = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private static readonly string Second = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public void What_is_sealed_opens_in_its_place_only()
    {
        Sealing sealing = With("k1:" + First);
        string text = sealing.Seal("cus_1|customer", "Budi");

        Assert.StartsWith("v1.k1.", text);
        Assert.Equal("Budi", sealing.Open<string>("cus_1|customer", text));
        Assert.ThrowsAny<CryptographicException>(() => sealing.Open<string>("cus_2|customer", text));
        Assert.ThrowsAny<CryptographicException>(() => sealing.Open<string>("cus_1|customer", text[..^2] + (text[^2] == 'A' ? "BA" : "AA")));
    }

    [Fact]
    public void The_same_value_never_looks_the_same() => Assert.NotEqual(With(First).Seal("x", "Budi"), With(First).Seal("x", "Budi"));

    [Fact]
    public void A_new_key_in_front_seals_what_is_written_and_the_old_one_still_opens()
    {
        string before = With(First).Seal("x", "Budi");
        Sealing rotated = With($"k2:{Second},{First}");

        Assert.Equal("Budi", rotated.Open<string>("x", before));
        Assert.Equal("k2", Sealing.KeyOf(rotated.Renew("x", before)));
        Assert.Equal("Budi", With("k2:" + Second).Open<string>("x", rotated.Renew("x", before)));
        Assert.ThrowsAny<CryptographicException>(() => With("k2:" + Second).Open<string>("x", before));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2hvcnQ=")]
    [InlineData("not base64")]
    public void A_key_that_is_none_stops_the_start(string keys) => Assert.NotEmpty(new SecurityOptions { SigningKey = new string('s', 40), DataKeys = keys }.Validate(new(new object())));

    [Fact]
    public void Two_keys_under_one_id_stop_the_start() => Assert.NotEmpty(new SecurityOptions { DataKeys = $"k:{First},k:{Second}" }.Validate(new(new object())));

    private static Sealing With(string keys) => new(new SecurityOptions { DataKeys = keys });
}
