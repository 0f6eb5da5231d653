using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Shop.Emulator;
using Shop.Emulator.Functions;
using Shop.Emulator.Hosting;

namespace Shop.Tests.Emulator.Functions;

public sealed class StartChecks
{
    [Fact]
    public void Every_mistake_has_a_line_of_its_own()
    {
        string[] lines = Mistakes(typeof(Mistaken));
        Assert.Collection(
            lines.Order(StringComparer.Ordinal),
            l => Assert.StartsWith("BadCron (", l, StringComparison.Ordinal),
            l => Assert.Contains("nothing binds the parameter 'mystery' of type Uri", l, StringComparison.Ordinal),
            l => Assert.Contains("'%NoSuchSetting%' in '%NoSuchSetting%-queue' does not resolve to a value", l, StringComparison.Ordinal),
            l => Assert.Contains("the Functions host reserves admin/", l, StringComparison.Ordinal),
            l => Assert.Equal("Twice: 2 functions have this name: Shop.Tests.Emulator.Functions.StartChecks+Mistaken.One, Shop.Tests.Emulator.Functions.StartChecks+Mistaken.Two.", l));
    }

    [Fact]
    public void Routes_that_overlap_are_refused_because_the_first_name_would_hide_the_other() =>
        Assert.Contains("'things/{id}' and 'things/special' overlap", Assert.Single(Mistakes(typeof(Overlapping))), StringComparison.Ordinal);

    [Fact]
    public void A_catch_all_whose_name_sorts_last_takes_what_is_left() => Assert.Empty(Mistakes(typeof(Rest)));

    [Theory]
    [InlineData("--colour")]
    [InlineData("--port", "seventy")]
    [InlineData("--port")]
    public void Unknown_switches_and_bad_values_are_refused(params string[] args) => Assert.Throws<EmulatorException>(() => EmulatorOptions.Parse(args));

    [Fact]
    public void The_switches_are_understood() =>
        Assert.Equal(new EmulatorOptions { Port = 8080, Throwaway = true, NoDemo = true, NoOrchestrations = true }, EmulatorOptions.Parse(["--throwaway", "--port", "8080", "--no-demo", "--no-orchestrations"]));

    private static string[] Mistakes(Type functions)
    {
        try
        {
            FunctionIndex.Load([functions], new ConfigurationBuilder().Build(), "");
            return [];
        }
        catch (EmulatorException mistakes)
        {
            return mistakes.Message.Split(Environment.NewLine);
        }
    }

    public sealed class Mistaken
    {
        [Function("BadCron")]
        public void BadCron([TimerTrigger("every now and then")] TimerInfo timer)
        {
        }

        [Function("NoSetting")]
        public void NoSetting([QueueTrigger("%NoSuchSetting%-queue")] string message)
        {
        }

        [Function("Mystery")]
        public void Mystery([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "mystery")] HttpRequest request, Uri mystery)
        {
        }

        [Function("Reserved")]
        public void Reserved([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/things")] HttpRequest request)
        {
        }

        [Function("Twice")]
        public void One([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "one")] HttpRequest request)
        {
        }

        [Function("Twice")]
        public void Two([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "two")] HttpRequest request)
        {
        }
    }

    public sealed class Overlapping
    {
        [Function("ById")]
        public void ById([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "things/{id}")] HttpRequest request, string id)
        {
        }

        [Function("Special")]
        public void Special([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "things/special")] HttpRequest request)
        {
        }
    }

    public sealed class Rest
    {
        [Function("Known")]
        public void Known([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "known/{id}")] HttpRequest request, string id)
        {
        }

        [Function("Zzz")]
        public void Everything([HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequest request)
        {
        }
    }
}
