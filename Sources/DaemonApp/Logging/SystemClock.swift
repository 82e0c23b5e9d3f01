import Availability
package import Foundation

/// The clock of the machine, for what is said before there is a scheduler.
package struct SystemClock: WallClock {
    package init() {}

    package var now: Date { Date() }
}
