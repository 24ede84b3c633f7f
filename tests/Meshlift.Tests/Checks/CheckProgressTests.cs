using Meshlift.CommandLine.Output;
using Meshlift.Engine.Checks;

namespace Meshlift.Tests.Checks;

public sealed class CheckProgressTests
{
    [Fact]
    public void A_terminal_is_told_after_a_second_and_the_line_is_taken_away()
    {
        var clock = new SetClock();
        using var terminal = new StringWriter();
        using (var line = new CheckProgressLine(terminal, isTerminal: true, clock))
        {
            line.Report(new CheckProgress(10, 100, 1, 0));
            Assert.Equal("", terminal.ToString());
            clock.Ticks += 2 * TimeSpan.TicksPerSecond;
            line.Report(new CheckProgress(50, 100, 7, 1));
            Assert.Equal("\rchecking  50 %  7 resources  1 finding", terminal.ToString());
        }
        Assert.EndsWith(new string(' ', "checking  50 %  7 resources  1 finding".Length) + "\r", terminal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_terminal_is_told_nothing()
    {
        var clock = new SetClock();
        using var log = new StringWriter();
        using (var line = new CheckProgressLine(log, isTerminal: false, clock))
        {
            clock.Ticks += 2 * TimeSpan.TicksPerSecond;
            line.Report(new CheckProgress(50, 100, 7, 1));
        }
        Assert.Equal("", log.ToString());
    }

    private sealed class SetClock : TimeProvider
    {
        public long Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;
    }
}
