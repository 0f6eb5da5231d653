using Shop.Common;

namespace Shop.Tests.Common;

public sealed class QueueMessagesTests
{
    private sealed record Greeting(string Text);

    [Fact]
    public void A_message_of_the_type_and_version_is_read() =>
        Assert.Equal("Halo", QueueMessages.Read<Greeting>("""{"type":"greeting","version":1,"text":"Halo"}""", "greeting", 1).Text);

    [Theory]
    [InlineData("""{"type":"farewell","version":1,"text":"ayu@example.com"}""")]
    [InlineData("""{"type":"greeting","version":2,"text":"ayu@example.com"}""")]
    [InlineData("""{"type":1,"version":"ayu@example.com"}""")]
    [InlineData("""{"type":"greeting","version":1,"text":{"to":"ayu@example.com"}}""")]
    [InlineData("ayu@example.com")]
    [InlineData("")]
    public void Any_other_is_refused_without_being_quoted(string message) =>
        Assert.DoesNotContain("ayu", Assert.Throws<InvalidDataException>(() => QueueMessages.Read<Greeting>(message, "greeting", 1)).ToString(), StringComparison.Ordinal);
}
