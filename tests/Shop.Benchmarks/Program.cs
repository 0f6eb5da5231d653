using Shop.Benchmarks;
using Shop.Benchmarks.Children;
using Shop.Benchmarks.Suites;

// The children are this same file: what is measured and what measures it are two processes.
switch (args)
{
    case [PlainEndpoint.Command]:
        await PlainEndpoint.Run();
        return 0;
    case [FunctionApp.Command, .. var rest]:
        FunctionApp.Run(rest);
        return 0;
}

if (BenchmarkOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(BenchmarkOptions.HelpText);
    return 1;
}

var report = new BenchmarkReport();
report.Begin();
var suites = new Dictionary<string, Func<BenchmarkOptions, BenchmarkReport, Task>>(StringComparer.Ordinal)
{
    ["functions"] = FunctionsSuite.Run,
    ["durable"] = DurableSuite.Run,
    ["catalogue"] = CatalogueSuite.Run,
    ["scale"] = ScaleSuite.Run,
    ["import"] = ImportSuite.Run,
    ["carts"] = CartsSuite.Run,
    ["orders"] = OrdersSuite.Run,
    ["webhooks"] = WebhooksSuite.Run,
    ["flash-sale"] = FlashSaleSuite.Run,
    ["start"] = StartSuite.Run,
};
foreach (string suite in options.Suites) await suites[suite](options, report);
if (options.Write) report.Write(keepOthers: !options.IsWhole);
return 0;
