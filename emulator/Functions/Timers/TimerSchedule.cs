using NCrontab;

namespace Shop.Emulator.Functions.Timers;

/// <summary>A six-field NCRONTAB expression (five fields get second 0), in UTC.</summary>
internal sealed class TimerSchedule
{
    private readonly CrontabSchedule _schedule;

    private TimerSchedule(CrontabSchedule schedule) => _schedule = schedule;

    /// <returns>The schedule, or a line that says what is wrong with it.</returns>
    public static (TimerSchedule? Schedule, string? Mistake) Parse(string expression)
    {
        bool seconds = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6;
        CrontabSchedule? schedule = CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = seconds });
        return schedule is null
            ? (null, $"'{expression}' is not an NCRONTAB expression: {{second}} {{minute}} {{hour}} {{day}} {{month}} {{day of week}}.")
            : (new TimerSchedule(schedule), null);
    }

    /// <summary>The first moment after the given one.</summary>
    public DateTimeOffset Next(DateTimeOffset after) => new(_schedule.GetNextOccurrence(after.UtcDateTime), TimeSpan.Zero);
}
