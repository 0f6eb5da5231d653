using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Shop.Emulator.Functions.Timers;

namespace Shop.Emulator.Functions;

/// <summary>All functions of an assembly, found by reflection and checked before anything starts.</summary>
internal sealed partial class FunctionIndex
{
    private readonly IConfiguration _settings;
    private readonly string _routePrefix;
    private readonly List<string> _mistakes = [];

    private FunctionIndex(IConfiguration settings, string routePrefix) => (_settings, _routePrefix) = (settings, routePrefix);

    /// <summary>In the order of their names, which is the order in which the host tries their routes.</summary>
    public IReadOnlyList<FunctionDescriptor> Functions { get; private set; } = [];

    /// <exception cref="EmulatorException">Something is wrong; every mistake has a line of its own.</exception>
    public static FunctionIndex Load(IEnumerable<Type> types, IConfiguration settings, string routePrefix)
    {
        var index = new FunctionIndex(settings, routePrefix);
        index.Functions = [.. types.SelectMany(index.Find).OrderBy(f => f.Name, StringComparer.OrdinalIgnoreCase)];
        index.CheckNames();
        index.CheckRoutes();
        if (index._mistakes.Count > 0) throw new EmulatorException(string.Join(Environment.NewLine, index._mistakes));
        return index;
    }

    public IEnumerable<FunctionDescriptor> With<TTrigger>() where TTrigger : TriggerBindingAttribute => Functions.Where(f => f.TriggerAttribute is TTrigger);

    /// <summary>The route of an HTTP function without slashes at its ends.</summary>
    public string Route(FunctionDescriptor function) =>
        $"{_routePrefix}/{((HttpTriggerAttribute)function.TriggerAttribute).Route ?? function.Name}".Trim('/');

    /// <summary>Replaces every <c>%setting%</c>, as binding expressions are resolved by the host.</summary>
    /// <exception cref="EmulatorException">A setting is missing or empty.</exception>
    public static string Resolve(string text, IConfiguration settings) => SettingName().Replace(text, match =>
        settings[match.Groups[1].Value] is { Length: > 0 } value ? value : throw new EmulatorException($"'{match.Value}' in '{text}' does not resolve to a value: set {match.Groups[1].Value}."));

    private IEnumerable<FunctionDescriptor> Find(Type type)
    {
        foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is not { } function) continue;
            string at = $"{function.Name} ({type.FullName}.{method.Name})";
            if (!FunctionName().IsMatch(function.Name)) Mistake($"{at}: a function's name is a letter, then letters, digits, '-' or '_', at most 128.");
            if (!type.IsPublic && !type.IsNestedPublic) Mistake($"{at}: the class must be public, or the worker's generator does not see it.");

            ParameterInfo[] parameters = method.GetParameters();
            (ParameterInfo Parameter, TriggerBindingAttribute Trigger)[] triggers =
                [.. parameters.SelectMany(p => p.GetCustomAttributes<TriggerBindingAttribute>().Select(t => (p, t)))];
            if (triggers.Length != 1)
            {
                Mistake($"{at}: a function has exactly one trigger, this one has {triggers.Length}.");
                continue;
            }
            foreach (ParameterInfo parameter in parameters) CheckParameter(at, parameter, triggers[0].Parameter, triggers[0].Trigger);
            CheckTrigger(at, triggers[0].Trigger);
            foreach (QueueOutputAttribute output in method.GetCustomAttributes<QueueOutputAttribute>()) CheckSetting(at, output.QueueName);
            yield return new FunctionDescriptor(function.Name, method, triggers[0].Parameter, triggers[0].Trigger);
        }
    }

    private void CheckTrigger(string at, TriggerBindingAttribute trigger)
    {
        switch (trigger)
        {
            case HttpTriggerAttribute or OrchestrationTriggerAttribute or ActivityTriggerAttribute:
                break;
            case QueueTriggerAttribute queue:
                CheckSetting(at, queue.QueueName);
                break;
            case TimerTriggerAttribute timer:
                if (CheckSetting(at, timer.Schedule) is { } schedule && TimerSchedule.Parse(schedule).Mistake is { } mistake) Mistake($"{at}: {mistake}");
                break;
            case ServiceBusTriggerAttribute bus:
                if (bus.IsBatched || bus.IsSessionsEnabled) Mistake($"{at}: the emulator has no batched and no session Service Bus triggers.");
                if (bus.TopicName is null) Mistake($"{at}: the emulator has Service Bus triggers on topics only.");
                else _ = (CheckSetting(at, bus.TopicName), CheckSetting(at, bus.SubscriptionName!));
                if (bus.Connection is { } connection && string.IsNullOrEmpty(_settings[connection])) Mistake($"{at}: the connection setting '{connection}' is missing.");
                break;
            default:
                Mistake($"{at}: {trigger.GetType().Name} is unknown to the emulator.");
                break;
        }
    }

    private void CheckParameter(string at, ParameterInfo parameter, ParameterInfo triggered, TriggerBindingAttribute trigger)
    {
        Type type = parameter.ParameterType;
        bool isTriggered = parameter == triggered;
        bool known = type == typeof(FunctionContext) || type == typeof(CancellationToken)
            || (parameter.IsDefined(typeof(DurableClientAttribute)) && type == typeof(DurableTaskClient))
            || trigger switch
            {
                HttpTriggerAttribute when isTriggered => type == typeof(HttpRequest),
                HttpTriggerAttribute => parameter.IsDefined(typeof(FromBodyAttribute)) || NamedValue.CanConvert(type),
                OrchestrationTriggerAttribute when isTriggered => type == typeof(TaskOrchestrationContext),
                OrchestrationTriggerAttribute => true, // A second parameter is the input.
                ActivityTriggerAttribute when type == typeof(TaskActivityContext) => true,
                ServiceBusTriggerAttribute when type == typeof(ServiceBusMessageActions) => true,
                TimerTriggerAttribute => isTriggered && type == typeof(TimerInfo),
                _ => isTriggered,
            };
        if (!known) Mistake($"{at}: nothing binds the parameter '{parameter.Name}' of type {type.Name}.");
    }

    private void CheckNames()
    {
        foreach (IGrouping<string, FunctionDescriptor> same in Functions.GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            Mistake($"{same.Key}: {same.Count()} functions have this name: {string.Join(", ", same.Select(f => f.EntryPoint))}.");
    }

    private void CheckRoutes()
    {
        List<(FunctionDescriptor Function, RoutePattern Pattern, string[] Methods)> routes = [];
        foreach (FunctionDescriptor function in With<HttpTriggerAttribute>())
        {
            string route = Route(function);
            if (route.Split('/')[0].ToLowerInvariant() is "admin" or "runtime")
                Mistake($"{function.Name}: the route '{route}' is refused: the Functions host reserves admin/… and runtime/….");
            try
            {
                routes.Add((function, RoutePatternFactory.Parse(route), ((HttpTriggerAttribute)function.TriggerAttribute).Methods ?? []));
            }
            catch (RoutePatternException malformed)
            {
                Mistake($"{function.Name}: the route '{route}' is malformed: {malformed.Message}");
            }
        }
        for (int i = 0; i < routes.Count; i++)
            for (int j = i + 1; j < routes.Count; j++)
                if (Routes.Overlap(routes[i].Pattern, routes[i].Methods, routes[j].Pattern, routes[j].Methods, last: j == routes.Count - 1))
                    Mistake($"{routes[i].Function.Name} and {routes[j].Function.Name}: the routes '{routes[i].Pattern.RawText}' and '{routes[j].Pattern.RawText}' overlap; the host would always take {routes[i].Function.Name}, whose name comes first.");
    }

    private string? CheckSetting(string at, string text)
    {
        try
        {
            return Resolve(text, _settings);
        }
        catch (EmulatorException missing)
        {
            Mistake($"{at}: {missing.Message}");
            return null;
        }
    }

    private void Mistake(string line) => _mistakes.Add(line);

    [GeneratedRegex("%([^%]+)%", RegexOptions.None, 1000)]
    private static partial Regex SettingName();

    [GeneratedRegex(@"^[A-Za-z][\w-]{0,127}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FunctionName();
}
