// Signatures follow Microsoft.Azure.Functions.Worker and its ASP.NET Core extension.
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shop.Emulator;
using Shop.Emulator.Hosting;

namespace Microsoft.Azure.Functions.Worker.Builder;

public class FunctionsApplication
{
    private FunctionsApplication() { }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        Assembly functions = Assembly.GetCallingAssembly();
        try
        {
            return new FunctionsApplicationBuilder(new EmulatorBuilder(args, functions));
        }
        catch (EmulatorException mistake) when (EmulatorBuilder.ExitsOnMistakes)
        {
            Console.Error.WriteLine(mistake.Message);
            Environment.Exit(1);
            throw;
        }
    }
}

public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    internal FunctionsApplicationBuilder(EmulatorBuilder emulator) => Emulator = emulator;

    internal EmulatorBuilder Emulator { get; }

    public IServiceCollection Services => Emulator.Web.Services;
    public ConfigurationManager Configuration => Emulator.Web.Configuration;
    public IHostEnvironment Environment => Emulator.Web.Environment;
    public ILoggingBuilder Logging => Emulator.Web.Logging;
    public IMetricsBuilder Metrics => Emulator.Web.Metrics;
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)Emulator.Web).Properties;
    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    public IHost Build()
    {
        try
        {
            return Emulator.Build();
        }
        catch (EmulatorException mistake) when (EmulatorBuilder.ExitsOnMistakes)
        {
            Console.Error.WriteLine(mistake.Message);
            System.Environment.Exit(1);
            throw;
        }
    }

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        Emulator.Middleware.Add(middleware);
        return this;
    }

    public void ConfigureContainer<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null) where TContainerBuilder : notnull =>
        ((IHostApplicationBuilder)Emulator.Web).ConfigureContainer(factory, configure);
}

public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder) => builder;
}
